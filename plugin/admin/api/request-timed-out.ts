/** The shop took longer to answer than the page waits. */
export class RequestTimedOut extends Error {
  override readonly name = 'RequestTimedOut';

  constructor(path: string, seconds: number) {
    super(`No answer from ${path} within ${seconds} s.`);
  }
}
