import { z } from 'zod';
import { check } from './check.ts';

/** What translates a shop. Languages are named as its language plugin names them: `de`, `pt-br`. */
const shopLanguages = z.looseObject({
  /** Null: none that can be read. */
  plugin: z.enum(['wpml', 'polylang']).nullable().catch(null).default(null),
  /** As people call it; empty where there is none. */
  name: z.string().max(100).catch('').default(''),
  /** Whether its translations of products can be read; true, too, where there is none. */
  supported: z.boolean().default(false),
  /** The shop's own language; null: nobody says. */
  default: z.string().max(40).nullable().catch(null).default(null),
  available: z.array(z.string().max(40)).max(500).catch([]).default([]),
});

/** See {@link PluginStatus}. */
export type ShopLanguages = z.infer<typeof shopLanguages>;

/** Answer of the plugin's `wc-dstnc/v1/status`. */
export const pluginStatus = z.looseObject({
  contractVersion: z.int(),
  plugin: z.string(),
  woocommerce: z.string(),
  wordpress: z.string(),
  php: z.string().default(''),
  /** The home address that this database was connected under, without a trailing slash. */
  home: z.string(),
  restUrl: z.string(),
  /** ISO 4217. */
  currency: z.string().nullable().default(null),
  /** Whether the prices that the vendor enters include tax. */
  taxIncluded: z.boolean().nullable().default(null),
  /** BCP 47. */
  locale: z.string().nullable().default(null),
  /** Product groups that `catalog` lists. */
  products: z.int().default(0),
  /** What the key that asks may do. */
  permissions: z.enum(['read', 'write', 'read_write']).nullable().default(null),
  /** This is a copy of the connected shop, and it keeps quiet. */
  clone: z.boolean().default(false),
  /** Null: the plugin is too old to say. */
  languages: shopLanguages.nullable().default(null),
  /** Own checks; with `?checks=1` only, for they take a moment. */
  checks: z.array(check).optional(),
});

/** See {@link pluginStatus}. */
export type PluginStatus = z.infer<typeof pluginStatus>;
