/** An answer whose body has arrived. */
export interface WholeAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Fetches an answer with its body: whoever looks at the status alone leaves no connection open behind it. */
export async function fetchWhole(url: string | URL, init?: RequestInit): Promise<WholeAnswer> {
  const answer = await fetch(url, init);
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}
