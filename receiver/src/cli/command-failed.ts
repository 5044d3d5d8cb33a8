/** Exit codes: 0 done, 1 it can't be done (and why), 2 used wrongly, 3 there is no such thing. */
export const EXIT = { failed: 1, usage: 2, unknown: 3 } as const;

/** What was asked for can't be done; the message is for the operator. */
export class CommandFailed extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number = EXIT.failed) {
    super(message);
    this.name = 'CommandFailed';
    this.exitCode = exitCode;
  }
}
