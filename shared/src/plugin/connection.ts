import { z } from 'zod';

/** Where a shop is, and what runs there. */
const shop = z.looseObject({
  /** The home address, without a trailing slash. */
  url: z.string().trim().min(1).max(2_048),
  /** Where the REST API answers: `https://shop.example/wp-json/`, or `https://shop.example/index.php?rest_route=/`. */
  restUrl: z.string().trim().min(1).max(2_048),
  /** Versions of the plugin, WooCommerce and WordPress. */
  plugin: z.string().max(100),
  woocommerce: z.string().max(100),
  wordpress: z.string().max(100),
});

/** Body of `POST /v1/connections`: a plugin connects its store. Unknown fields are let through: a newer plugin may say more. */
export const connectionRequest = z.looseObject({
  contractVersion: z.int().min(1),
  /** The vendor's connection code, as the receiver made it. */
  code: z.string().trim().min(1).max(4_096),
  store: shop,
  credentials: z.looseObject({
    consumerKey: z.string().regex(/^ck_[0-9a-f]{40}$/),
    consumerSecret: z.string().regex(/^cs_[0-9a-f]{40}$/),
  }),
  /** Hex, because WooCommerce decodes HTML entities in it. */
  webhookSecret: z.string().regex(/^[0-9a-f]{32,128}$/),
});

/** See {@link connectionRequest}. */
export type ConnectionRequest = z.infer<typeof connectionRequest>;

/**
 * Body of `PATCH /v1/stores/:id` from the store itself: new keys and, where the shop has moved, where it is now. Settings are the operators'.
 */
export const renewalRequest = z.strictObject({
  consumerKey: z.string().trim().min(1),
  consumerSecret: z.string().trim().min(1),
  store: shop.optional(),
});

/** Answer 201 of `POST /v1/connections`. */
export const connectionAnswer = z.looseObject({
  storeId: z.string(),
  /** Good for this store's own routes only. Shown once. */
  storeToken: z.string(),
  /** Delivery URL of the store's webhooks. */
  webhookUrl: z.url(),
  contractVersion: z.int(),
  /** DSTNC's name for the vendor. */
  vendor: z.string(),
});

/** See {@link connectionAnswer}. */
export type ConnectionAnswer = z.infer<typeof connectionAnswer>;
