import { readWebhookEvent, type WebhookEvent } from '@dstnc/shared';
import type { IngestRecord } from '../storage/storage.ts';
import type { Store } from '../stores/store.ts';
import { type DeliveryBody, readBody } from './read-body.ts';

/** An authentic delivery, as it arrived. */
export interface Delivery {
  readonly topic: string;
  readonly deliveryId: string;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  readonly body: Buffer;
  /** The store's webhooks were copied to another shop, which sent this: its data isn't this store's. */
  readonly fromClone: boolean;
}

/** Longest dead delivery that is kept for people to look at, in characters. */
const KEPT_CHARACTERS = 64 * 1024;

/** Longest delivery id that is kept, in characters: WooCommerce's have 32, and it is part of a key, which a database bounds. */
const LONGEST_ID = 200;

/** WooCommerce's dates: "2026-11-01T10:00:00". */
const GMT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/;

/** Makes of an authentic delivery what is to be stored before it is acknowledged. Never throws. */
export function interpretDelivery(store: Store, delivery: Delivery): IngestRecord {
  const { topic, receivedAt, body } = delivery;
  const deliveryId = delivery.deliveryId.slice(0, LONGEST_ID);
  const { text, json } = readBody(body);
  const base = { storeId: store.id, receivedAt, topic, deliveryId, bytes: body.length, cause: `webhook ${topic}` };
  const dead = (reason: string): IngestRecord => ({
    ...base,
    outcome: 'dead_letter',
    marks: [],
    deadLetter: { reason, body: text.slice(0, KEPT_CHARACTERS) },
  });

  if (json === undefined) return dead('the delivery is not JSON');
  try {
    const meaning = meaningOf(store, delivery, { text, json });
    return typeof meaning === 'string' ? dead(meaning) : { ...base, ...meaning };
  } catch (error) {
    // Nothing that is rightly signed may be answered with an error: the seventh one disables the webhook.
    return dead(`the delivery can't be read (${error instanceof Error ? error.message : error})`);
  }
}

/** WooCommerce's own actions about orders: all of them are called with the order's id first. */
const ORDER_ACTIONS = /^woocommerce_order_(status_(completed|cancelled|refunded)|refunded)$/;

/** The orders that an action is about, be they DSTNC's or not. */
function ordersOf({ action, arg, changes }: Extract<WebhookEvent, { kind: 'action' }>): number[] {
  const named = changes.flatMap((change) => ('groupId' in change ? [] : [change.orderId]));
  return arg !== null && ORDER_ACTIONS.test(action) ? [...named, arg] : named;
}

/** What a delivery adds to its record. */
type Meaning = Pick<IngestRecord, 'outcome' | 'marks' | 'orders' | 'payload' | 'deletedItem'>;

/** @returns the reason, if nothing can be made of it */
function meaningOf(store: Store, { topic, fromClone }: Delivery, { text, json }: DeliveryBody): Meaning | string {
  const ignored = (outcome: string): Meaning => ({ outcome, marks: [] });
  const event = readWebhookEvent(topic, json);
  const withoutReads = store.credentials === null;
  if (fromClone && withoutReads) return ignored('clone');

  switch (event.kind) {
    case 'product': {
      const groupId = event.parentId === 0 ? event.id : event.parentId;
      const marks = [{ itemId: event.id, groupId }];
      if (!withoutReads) return { outcome: 'marked', marks };
      const modified = event.payload.date_modified_gmt;
      return {
        outcome: 'marked',
        marks,
        payload: {
          itemId: event.id,
          groupId,
          // Dates are compared as text, so only WooCommerce's own form may take part.
          modified: typeof modified === 'string' && GMT.test(modified) ? modified : '',
          restored: topic === 'product.restored',
          body: text,
        },
      };
    }
    case 'deleted':
      return withoutReads
        ? { outcome: 'marked', marks: [{ itemId: event.id, knownOnly: true }], deletedItem: event.id }
        : // Core says "deleted" of other things than products, too: the read finds out.
          { outcome: 'marked', marks: [{ itemId: event.id }] };
    case 'action': {
      const groups = event.changes.flatMap((change) => ('groupId' in change ? [change.groupId] : []));
      const orders = ordersOf(event);
      if (groups.length === 0 && orders.length === 0) return ignored('noted');
      if (withoutReads) return ignored('needs_keys');
      return {
        outcome: groups.length > 0 ? 'marked' : 'noted',
        marks: groups.map((id) => ({ itemId: id, groupId: id })),
        ...(orders.length > 0 && { orders }),
      };
    }
    case 'order':
      return { ...ignored('noted'), orders: [event.id] };
    case 'error':
      // The product was gone, or the webhook's user is: nothing in it says which product was meant.
      return ignored(event.status === 401 || event.status === 403 ? 'store_error_access' : 'store_error');
    case 'other':
      return ignored('ignored');
    case 'unreadable':
      return event.reason;
  }
}
