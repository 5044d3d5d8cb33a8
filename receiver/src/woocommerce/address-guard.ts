import { type LookupAddress, type LookupAllOptions, lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { ForbiddenAddressError } from './forbidden-address-error.ts';

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

const LOCAL_NAMES = /(^|\.)(localhost|local|internal|home\.arpa)$/;

/** The only block of IPv6 in which public addresses are handed out; ipaddr.js calls `::127.0.0.1` unicast, too. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Says whether a store's address may be called: it comes from outside and must not lead into the receiver's own network. Names
 * are judged by their form here, and by what they resolve to in {@link guardedLookup}. Literal addresses never get that far: for
 * them, in whatever notation, this check is the only one.
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
  if (ipaddr.isValid(host)) {
    return isPublic(host)
      ? { ok: true, url: parsed }
      : refused(
          `${host} is an address inside a private network. Enter the address under which shoppers reach the store.`,
        );
  }
  const name = host.toLowerCase();
  if (!name.includes('.') || LOCAL_NAMES.test(name)) {
    return refused(
      `"${name}" is a name inside a private network. Enter the address under which shoppers reach the store.`,
    );
  }
  return { ok: true, url: parsed };
}

/**
 * A `dns.lookup` for undici's `connect: { lookup }` that refuses a name when any of its addresses is not public. What was checked
 * is what is connected to, so a name that resolves otherwise a moment later (DNS rebinding) gains nothing. Literal addresses never
 * come here: see {@link checkStoreUrl}.
 *
 * @param resolve who is asked; `dns.lookup` unless a test says otherwise
 */
export function guardedLookup(allowPrivate: boolean, resolve: Resolve = lookup): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '');
      const forbidden = allowPrivate ? undefined : addresses.find(({ address }) => !isPublic(address));
      if (forbidden) {
        return callback(
          new ForbiddenAddressError(
            `${hostname} leads to ${forbidden.address}, which is not a public address. Point its DNS record to the public address of the store.`,
          ),
          '',
        );
      }
      if (options.all) return callback(null, addresses);
      const [first] = addresses;
      if (first === undefined) {
        return callback(Object.assign(new Error(`${hostname} has no address`), { code: 'ENOTFOUND' }), '');
      }
      callback(null, first.address, first.family);
    });
  };
}

function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  // process() makes IPv4 of an IPv4-mapped address, which is what such an address connects to.
  const ip = ipaddr.process(address);
  if (ip.range() !== 'unicast') return false;
  return ip instanceof ipaddr.IPv4 || ip.match(GLOBAL_IPV6);
}

function refused(reason: string): StoreUrlCheck {
  return { ok: false, reason };
}
