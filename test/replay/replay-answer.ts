/** An answer of a replay store. */
export interface ReplayAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error as the REST API of WordPress words it. */
export function restError(status: number, code: string, message: string): ReplayAnswer {
  return { status, body: { code, message, data: { status } } };
}
