import type { StoreFailure } from '../woocommerce/store-failure.ts';

/** What a failure says of the request that it was the answer to. */
export type Execution =
  /** It never reached WooCommerce, or WooCommerce did nothing. */
  | 'no'
  /** It failed in WooCommerce and is over: what it has done by then is done. */
  | 'over'
  /** It may have been done, or may still be under way. */
  | 'maybe';

/**
 * How long what the store was asked for may still be under way, in milliseconds: PHP and what stands before it give up sooner. Asking for
 * another promotion meanwhile could take the stock twice, as WooCommerce notes that only after it has.
 */
export const UNDER_WAY_MS = 150_000;

/** Tells what may have become of a request that changes something, by how it failed. */
export function mayHaveRun(failure: StoreFailure): Execution {
  switch (failure.kind) {
    case 'forbidden_address':
    case 'redirect':
    case 'unauthorized':
    case 'not_found':
      return 'no';
    case 'refused':
      return 'over';
    case 'unreachable':
      return failure.because === 'refused' || failure.because === 'dns' || failure.because === 'tls' ? 'no' : 'maybe';
    case 'throttled':
      return failure.status === 429 ? 'no' : 'maybe';
    case 'server_error':
      // 502 and 504 come from a proxy that has given up on PHP, which may go on.
      return failure.status === 500 ? 'over' : 'maybe';
    default:
      return 'maybe';
  }
}
