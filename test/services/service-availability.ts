import { StoreUnavailable } from '../store/store-unavailable.ts';

/** Whether a service can be started, and otherwise why not, in words for the one who runs the tests. */
export type ServiceAvailability = { readonly available: true } | { readonly available: false; readonly reason: string };

/**
 * Whether the parts of a service are there.
 *
 * @param require throws StoreUnavailable, saying what is missing
 */
export function serviceAvailability(require: () => unknown): ServiceAvailability {
  try {
    require();
    return { available: true };
  } catch (error) {
    if (error instanceof StoreUnavailable) return { available: false, reason: error.message };
    throw error;
  }
}
