/** A host that must not be connected to. `message` says why, and what to do. */
export class ForbiddenAddressError extends Error {
  /** As Node's own errors have one. */
  readonly code = 'ERR_FORBIDDEN_ADDRESS';
  override readonly name = 'ForbiddenAddressError';
}
