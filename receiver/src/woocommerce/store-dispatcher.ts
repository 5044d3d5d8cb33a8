import { isIP } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { guardedLookup, type Resolve } from './address-guard.ts';
import { ForbiddenAddressError } from './forbidden-address-error.ts';
import { isPublicAddress } from './is-public-address.ts';

/** See {@link storeDispatcher}. */
export interface StoreDispatcherOptions {
  /** Development (`ALLOW_PRIVATE_STORES=1`): private addresses are connected to. */
  readonly allowPrivate: boolean;
  /** Milliseconds for name, connection and TLS together. 30 000 unless given. */
  readonly connectTimeoutMs?: number;
  /** Connections to one store at a time. 8 unless given: a shared host has few PHP workers. */
  readonly connections?: number;
  /** Milliseconds that a connection is used for. 60 000 unless given. */
  readonly connectionLifeMs?: number;
  /** Who resolves names; `dns.lookup` unless a test says otherwise. */
  readonly resolve?: Resolve;
}

/**
 * The connections to stores: no address that isn't public, HTTP/1.1, kept alive. One can serve any number of clients.
 *
 * An address is judged at the moment of connecting, and that one is connected to. A connection that stays open stays with it, whatever
 * its name leads to by then, but for a minute at most: a shop that has moved must not be read from its old server for as long as that
 * answers.
 */
export function storeDispatcher(options: StoreDispatcherOptions): Agent {
  const { allowPrivate, connectTimeoutMs = 30_000, connections = 8, connectionLifeMs = 60_000, resolve } = options;
  const connect = buildConnector({
    allowH2: false,
    timeout: connectTimeoutMs,
    lookup: guardedLookup(allowPrivate, resolve),
  });
  return new Agent({
    connections,
    allowH2: false,
    clientTtl: connectionLifeMs,
    connect(target, callback) {
      const host = target.hostname.replace(/^\[|\]$/g, '');
      // A literal address is not looked up, so nothing else would see it here.
      if (!allowPrivate && isIP(host) !== 0 && !isPublicAddress(host)) {
        callback(new ForbiddenAddressError(`${host} is not a public address.`), null);
        return;
      }
      connect(target, callback);
    },
  });
}
