import { existsSync, readdirSync } from 'node:fs';
import { storeCache } from './store-cache.ts';

/** Which WordPress each generation of WooCommerce is tried on: from its first version up to the next row's. */
const tried: readonly { readonly from: number; readonly wordpress: string }[] = [
  { from: 10, wordpress: '7.1' },
  { from: 8, wordpress: '6.9.4' },
  { from: 0, wordpress: '6.6.2' },
];

/** The WordPress to run this WooCommerce on: the one it was tried with, or else the newest of the same branch in the cache. */
export function wordpressFor(woocommerce: string): string {
  const major = Number.parseInt(woocommerce, 10);
  const wanted = tried.find(({ from }) => major >= from)?.wordpress ?? '7.1';
  const cached = existsSync(storeCache())
    ? readdirSync(storeCache()).flatMap((name) => /^wordpress-([\d.]+)$/.exec(name)?.[1] ?? [])
    : [];
  if (cached.includes(wanted)) return wanted;
  const branch = wanted.split('.').slice(0, 2).join('.');
  const sameBranch = cached.filter((version) => version === branch || version.startsWith(`${branch}.`));
  return sameBranch.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1) ?? wanted;
}
