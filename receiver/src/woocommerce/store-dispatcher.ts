import { Agent } from 'undici';
import { guardedLookup, type Resolve } from './address-guard.ts';

/** See {@link storeDispatcher}. */
export interface StoreDispatcherOptions {
  /** Development (`ALLOW_PRIVATE_STORES=1`): private addresses are connected to. */
  readonly allowPrivate: boolean;
  /** Milliseconds for name, connection and TLS together. 30 000 unless given. */
  readonly connectTimeoutMs?: number;
  /** Connections to one store at a time. 8 unless given: a shared host has few PHP workers. */
  readonly connections?: number;
  /** Who resolves names; `dns.lookup` unless a test says otherwise. */
  readonly resolve?: Resolve;
}

/** The connections to stores: no address that isn't public, HTTP/1.1, kept alive. One can serve any number of clients. */
export function storeDispatcher(options: StoreDispatcherOptions): Agent {
  const { allowPrivate, connectTimeoutMs = 30_000, connections = 8, resolve } = options;
  return new Agent({
    connections,
    allowH2: false,
    connect: { lookup: guardedLookup(allowPrivate, resolve), timeout: connectTimeoutMs },
  });
}
