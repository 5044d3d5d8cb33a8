/** What goes wrong with a request; several may be combined. */
export interface Fault {
  /** Answer with this status and, unless `html` is given, an error in WooCommerce's words. */
  readonly status?: number;
  /** Answer with this page, by default with status 200: what page caches and firewalls do. */
  readonly html?: string;
  /** Further headers, `retry-after` for one. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Wait before answering, in milliseconds. */
  readonly delayMs?: number;
  /** Break off in the middle of the body. */
  readonly truncate?: boolean;
  /** Never answer; the connection stays open until the store stops. */
  readonly hang?: boolean;
}
