import { createHash } from 'node:crypto';
import type { OrderIn } from '@dstnc/shared';

/** Tells one request for an order from another: SHA-256 of what was asked for, however its members were ordered. In hex. */
export function orderFingerprint(order: OrderIn): string {
  return createHash('sha256').update(canonical(order)).digest('hex');
}

/** JSON with sorted members, without those that are undefined. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`);
  return `{${members.join(',')}}`;
}
