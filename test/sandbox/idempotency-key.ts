import type { IncomingMessage } from 'node:http';

/** A call's `Idempotency-Key`; null where there is none. */
export function idempotencyKey(req: IncomingMessage): string | null {
  const key = req.headers['idempotency-key'];
  return typeof key === 'string' && key !== '' ? key : null;
}
