/** An answer whose body has arrived. */
export interface WholeAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/**
 * Fetches, and reads the body also where only the status matters: Node's fetch breaks an assertion of its own, outside of any promise,
 * when the server closes a connection whose body nobody read, as PHP's built-in server does.
 */
export async function fetchWhole(url: string | URL, init?: RequestInit): Promise<WholeAnswer> {
  const answer = await fetch(url, init);
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}
