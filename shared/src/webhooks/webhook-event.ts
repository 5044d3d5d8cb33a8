import { z } from 'zod';
import { shown } from '../shown.ts';
import { id, jsonObject, list, optionalId, text } from '../woocommerce/tolerant.ts';

/** One entry of the plugin's doorbell: which group or order changed, and how. Ids only. */
export const doorbellChange = z.union([
  z.looseObject({ groupId: id, kind: text.default('product') }),
  // Nothing else of it: a groupId that is none would look like one that was read.
  z.object({ orderId: id, kind: text.default('completed') }),
]);

/** See {@link doorbellChange}. */
export type DoorbellChange = z.infer<typeof doorbellChange>;

/** What an authentic delivery turned out to be. */
export type WebhookEvent =
  /** A product or variation with its data; `parentId` is 0 for a product. */
  | {
      readonly kind: 'product';
      readonly id: number;
      readonly parentId: number;
      readonly payload: Record<string, unknown>;
    }
  /** `product.deleted`: only an id, and not even surely a product's. */
  | { readonly kind: 'deleted'; readonly id: number }
  /** The plugin's doorbell, or another `action.*` topic. */
  | {
      readonly kind: 'action';
      readonly action: string;
      /** What it was called with, where that is an id; null otherwise. */
      readonly arg: number | null;
      readonly changes: readonly DoorbellChange[];
    }
  | { readonly kind: 'order'; readonly id: number }
  /** WooCommerce sends REST errors as normal signed deliveries: the object was gone, or the webhook's user is. */
  | { readonly kind: 'error'; readonly code: string; readonly status: number }
  /** Coupons, customers: nothing DSTNC has use for. */
  | { readonly kind: 'other'; readonly resource: string }
  | { readonly kind: 'unreadable'; readonly reason: string };

const errorBody = z.looseObject({
  code: z.string().min(1),
  message: z.unknown(),
  // WordPress sends null, or a list, where an error has no data.
  data: z.looseObject({ status: z.coerce.number() }).optional().catch(undefined),
});
const actionBody = z.looseObject({
  action: z.string().min(1),
  arg: id.nullable().default(null).catch(null),
  changes: list(doorbellChange).default([]),
});

/**
 * Reads an authentic delivery's JSON. The body is signed and the headers are not, so the body decides wherever it can: a body that
 * describes a product is an update whatever the topic says, and only a body that is nothing but an id can be a deletion.
 *
 * @param topic the value of `X-WC-Webhook-Topic`
 * @param body the parsed JSON
 */
export function readWebhookEvent(topic: string, body: unknown): WebhookEvent {
  const payload = jsonObject(body);
  if (payload === null) return { kind: 'unreadable', reason: 'the delivery is JSON, but not an object' };
  const [resource = '', event = ''] = topic.split('.', 2);

  if (!('id' in payload)) {
    const action = actionBody.safeParse(payload);
    if (action.success) {
      const { action: name, arg, changes } = action.data;
      return { kind: 'action', action: name, arg, changes };
    }
    const error = errorBody.safeParse(payload);
    if (error.success) return { kind: 'error', code: error.data.code, status: error.data.data?.status ?? 0 };
  }
  if (resource === 'order') {
    const order = id.safeParse(payload.id);
    return order.success
      ? { kind: 'order', id: order.data }
      : { kind: 'unreadable', reason: 'an order without a usable id' };
  }
  if (resource !== 'product' && resource !== '') return { kind: 'other', resource };

  const read = id.safeParse(payload.id);
  if (!read.success) {
    return {
      kind: 'unreadable',
      reason: `a product without a usable id (${shown(payload.id)})`,
    };
  }
  if (event === 'deleted' && !('name' in payload) && !('type' in payload) && !('status' in payload)) {
    return { kind: 'deleted', id: read.data };
  }
  const parent = optionalId.safeParse(payload.parent_id);
  // A grouped product's child also has a parent_id in the legacy forms: only a variation belongs to its parent's group.
  const parentId = payload.type === 'variation' && parent.success ? parent.data : 0;
  return { kind: 'product', id: read.data, parentId, payload };
}
