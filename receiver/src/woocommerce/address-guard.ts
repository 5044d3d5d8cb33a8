import { type LookupAddress, type LookupAllOptions, lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { ForbiddenAddressError } from './forbidden-address-error.ts';
import { isPublicAddress } from './is-public-address.ts';

/** See {@link checkStoreUrl}. `reason` is a sentence or two for operators and vendors, and says what to do. */
export type StoreUrlCheck = { readonly ok: true; readonly url: URL } | { readonly ok: false; readonly reason: string };

/** The part of `dns.lookup` that {@link guardedLookup} uses. */
export type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** What stores really listen on. Any other port is more likely another service of the same network. */
const PORTS = new Set(['', '80', '443', '8080', '8443']);

/** Set apart for networks of one's own (RFC 6762, RFC 8375, ICANN), or used so since ever. What others resolve to is checked anyway. */
const LOCAL_NAMES = /(^|\.)(localhost|localdomain|local|internal|intranet|private|corp|home|lan|home\.arpa)$/;

/**
 * Says whether a store's address may be called: it comes from outside and must not lead into the receiver's own network. Names
 * are judged by their form here, and by what they resolve to in {@link guardedLookup}. Literal addresses, which are never looked up,
 * are judged here in whatever notation, and once more where they are connected to: see store-dispatcher.ts.
 *
 * @param allowPrivate development (`ALLOW_PRIVATE_STORES=1`): http, any port and private addresses pass
 * @returns the address without query and fragment
 */
export function checkStoreUrl(url: string | URL, { allowPrivate }: { readonly allowPrivate: boolean }): StoreUrlCheck {
  const parsed = URL.parse(typeof url === 'string' ? url.trim() : url.href);
  if (parsed === null) {
    return refused('This is not a web address. Enter the store\'s address as in "https://shop.example.com".');
  }
  if (parsed.protocol !== 'https:' && parsed.protocol !== 'http:') {
    return refused('A store\'s address begins with "https://". Enter it as in "https://shop.example.com".');
  }
  if (parsed.username !== '' || parsed.password !== '') {
    return refused("The address contains a user name or password. Enter the store's address without them.");
  }
  parsed.search = '';
  parsed.hash = '';
  if (allowPrivate) return { ok: true, url: parsed };

  if (parsed.protocol !== 'https:') {
    return refused('The store is not encrypted (http). Set up HTTPS for the store and enter its "https://" address.');
  }
  if (!PORTS.has(parsed.port)) {
    return refused(`Port ${parsed.port} is not allowed. Let the store answer on 443, 80, 8080 or 8443.`);
  }
  const host = parsed.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  // The URL parser has made plain dotted decimals of octal, hexadecimal, decimal and shortened addresses.
  if (isIP(host) !== 0) {
    return isPublicAddress(host)
      ? { ok: true, url: parsed }
      : refused(
          `${host} is an address inside a private network. Enter the address under which shoppers reach the store.`,
        );
  }
  if (host === '' || host.startsWith('.') || host.endsWith('.')) {
    return refused('The address has a dot too many. Enter it as in "https://shop.example.com".');
  }
  if (!host.includes('.') || LOCAL_NAMES.test(host)) {
    return refused(
      `"${host}" is a name inside a private network. Enter the address under which shoppers reach the store.`,
    );
  }
  return { ok: true, url: parsed };
}

/**
 * A `dns.lookup` for undici's `connect: { lookup }` that refuses a name when any of its addresses is not public. What was checked
 * is what is connected to, so a name that resolves otherwise a moment later (DNS rebinding) gains nothing. Literal addresses never
 * come here: see {@link checkStoreUrl}. The error names no address: what the receiver's own network calls its machines is no vendor's
 * business.
 *
 * @param resolve who is asked; `dns.lookup` unless a test says otherwise
 */
export function guardedLookup(allowPrivate: boolean, resolve: Resolve = lookup): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '');
      if (!allowPrivate && !addresses.every(({ address }) => isPublicAddress(address))) {
        return callback(
          new ForbiddenAddressError(
            `${hostname} does not lead to public addresses alone. Point its DNS records (A and AAAA) to the public address of the store, and remove the others.`,
          ),
          '',
        );
      }
      const [first] = addresses;
      if (first === undefined) {
        return callback(Object.assign(new Error(`${hostname} has no address`), { code: 'ENOTFOUND' }), '');
      }
      if (options.all) return callback(null, addresses);
      callback(null, first.address, first.family);
    });
  };
}

function refused(reason: string): StoreUrlCheck {
  return { ok: false, reason };
}
