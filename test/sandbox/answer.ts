/** An answer before it goes out: the body is JSON already, so that it is serialised once, however often it is repeated. */
export interface Answer {
  readonly status: number;
  readonly json: string;
  readonly retryAfter?: string;
}
