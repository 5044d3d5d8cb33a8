import {
  type OrderIn,
  type OrderView,
  orderView,
  pluginOrderPlaced,
  pluginOrderRefusal,
  pluginOrders,
} from '@dstnc/shared';
import { z } from 'zod';
import type { StoreClient } from '../store-client.ts';
import type { StoreFailure } from '../store-failure.ts';
import type { OrderAnswer } from './order-api.ts';

/** Why the plugin does nothing: its own word and figures. */
export interface PluginRefusal {
  /** Without `dstnc_`: `too_few`, `total_differs`. `invalid`: it will never take the request as it is. */
  readonly code: string;
  /** A sentence for operators, without personal data. */
  readonly message: string;
  readonly data: z.infer<typeof pluginOrderRefusal>;
}

/** What the plugin said about placing or cancelling an order. */
export type PluginOrderAnswer =
  | { readonly kind: 'done'; readonly view: OrderView }
  /** Somebody is at it: the same again, after so many milliseconds. */
  | { readonly kind: 'in_progress'; readonly retryAfterMs: number }
  | { readonly kind: 'refused'; readonly refusal: PluginRefusal }
  /** It is switched off, or too old for orders. */
  | { readonly kind: 'no_route' }
  | { readonly kind: 'failure'; readonly failure: StoreFailure };

/** See {@link placeThroughPlugin}. */
export interface PluginPlacing {
  readonly order: OrderIn;
  readonly fingerprint: string;
  readonly status: string;
  readonly backorders: 'deny' | 'allow';
}

/** Places an order through the store's plugin: may be called any number of times, and the same order is there once. */
export async function placeThroughPlugin(client: StoreClient, placing: PluginPlacing): Promise<PluginOrderAnswer> {
  const { order, fingerprint, status, backorders } = placing;
  const { billing, shipping = billing, ...rest } = order;
  const { email: _email, ...shippingAddress } = shipping;
  const body = { ...rest, billing, shipping: shippingAddress, fingerprint, status, backorders };
  return answerOf(client.post('wc-dstnc/v1/orders', body), pluginOrderPlaced);
}

/** Cancels one; twice is as good as once. */
export async function cancelThroughPlugin(client: StoreClient, reference: string): Promise<PluginOrderAnswer> {
  return answerOf(client.post('wc-dstnc/v1/orders/cancel', { reference }), orderView);
}

/** Reads one of DSTNC's orders through the plugin. @returns null: it is not there any more */
export async function readThroughPlugin(
  client: StoreClient,
  orderId: number,
): Promise<OrderAnswer<OrderView | null> | { readonly ok: false; readonly failure: null }> {
  const answer = await client.get('wc-dstnc/v1/orders', { include: orderId });
  if (!answer.ok) return isNoRoute(answer.failure) ? { ok: false, failure: null } : answer;
  const read = pluginOrders.safeParse(answer.body);
  const view = read.data?.orders.find((order) => order.orderId === orderId);
  if (view !== undefined) return { ok: true, value: view };
  if (read.data?.gone.includes(orderId)) return { ok: true, value: null };
  return {
    ok: false,
    failure: mismatch(`The store's plugin was asked for order ${orderId} and did not answer about it.`),
  };
}

/** Looks for one by its reference, through the plugin. @returns null: there is none */
export async function findThroughPlugin(
  client: StoreClient,
  reference: string,
): Promise<OrderAnswer<OrderView | null>> {
  // WordPress would take it for several.
  if (/[\s,]/.test(reference)) return { ok: false, failure: mismatch(`The store can't be asked for "${reference}".`) };
  const answer = await client.get('wc-dstnc/v1/orders', { references: reference });
  if (!answer.ok) return answer;
  const read = pluginOrders.safeParse(answer.body);
  const view = read.data?.orders.find((order) => order.reference === reference);
  if (view !== undefined) return { ok: true, value: view };
  if (read.data?.unknown.includes(reference)) return { ok: true, value: null };
  return { ok: false, failure: mismatch(`The store's plugin was asked for ${reference} and did not answer about it.`) };
}

async function answerOf(
  asked: ReturnType<StoreClient['post']>,
  form: z.ZodType<OrderView>,
): Promise<PluginOrderAnswer> {
  const answer = await asked;
  if (answer.ok) {
    const read = form.safeParse(answer.body);
    if (read.success) return { kind: 'done', view: read.data };
    return { kind: 'failure', failure: mismatch("The store's plugin did not answer with the order.") };
  }
  const { failure } = answer;
  if (isNoRoute(failure)) return { kind: 'no_route' };
  // 404, without more words than its code.
  if (failure.kind === 'not_found' && failure.code === 'dstnc_unknown_order')
    return { kind: 'refused', refusal: { code: 'unknown_order', message: failure.message, data: {} } };
  if (failure.kind !== 'refused') return { kind: 'failure', failure };
  if (failure.code === 'rest_invalid_param' || failure.code === 'rest_missing_callback_param')
    return { kind: 'refused', refusal: { code: 'invalid', message: wordsOf(failure.error), data: {} } };
  if (!failure.code.startsWith('dstnc_')) return { kind: 'failure', failure };
  const code = failure.code.slice('dstnc_'.length);
  const said = z
    .looseObject({ message: z.string().catch(''), data: pluginOrderRefusal.catch({}) })
    .catch({ message: '', data: {} })
    .parse(failure.error);
  if (code === 'order_in_progress') {
    return { kind: 'in_progress', retryAfterMs: Math.min(60, Math.max(1, said.data.retryAfterSeconds ?? 1)) * 1_000 };
  }
  return { kind: 'refused', refusal: { code, message: said.message.slice(0, 500), data: said.data } };
}

/** What WordPress says of parameters that it doesn't take: one sentence each, by their names and never their values. */
function wordsOf(error: unknown): string {
  const said = z
    .looseObject({
      message: z.string().catch(''),
      data: z.looseObject({ params: z.record(z.string(), z.string()).catch({}) }).catch({ params: {} }),
    })
    .catch({ message: '', data: { params: {} } })
    .parse(error);
  const params = Object.values(said.data.params);
  return (params.length > 0 ? params.join(' ') : said.message).slice(0, 500);
}

function isNoRoute(failure: StoreFailure): boolean {
  return failure.kind === 'not_found' && failure.code === 'rest_no_route';
}

function mismatch(message: string): StoreFailure {
  return { kind: 'mismatch', message, retryable: true };
}
