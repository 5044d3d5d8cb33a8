import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** The only block of IPv6 in which public addresses are handed out; ipaddr.js calls `::127.0.0.1` unicast, too. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');

/** Looks public, and is Azure's way from a machine to its host; other clouds' metadata services are in private or reserved ranges. */
const AZURE_HOST = '168.63.129.16';

/**
 * Whether an address is one that the whole internet reaches. Everything special is not: loopback, private, link-local (where clouds
 * have their metadata), shared (CGNAT), multicast, documentation, benchmarking, and whatever leads to IPv4 by a detour (IPv4-compatible,
 * NAT64, 6to4, Teredo); an IPv4-mapped address counts as the IPv4 address that it connects to.
 *
 * @param address in the one notation that connections take: ipaddr.js alone would read `0x7f.1` as well, and not as everybody does
 */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0 || address.includes('%')) return false;
  const ip = ipaddr.process(address);
  if (ip.range() !== 'unicast' || ip.toString() === AZURE_HOST) return false;
  return ip instanceof ipaddr.IPv4 || ip.match(GLOBAL_IPV6);
}
