import {
  connectionAnswer,
  connectionRequest,
  doctorReport,
  listing,
  orderIn,
  orderList,
  orderPlaced,
  orderReport,
  problem,
  storeReport,
} from '@dstnc/shared';
import { z } from 'zod';
import { newStore } from '../stores/add-store.ts';
import { broughtKeys } from './routes/key-request-routes.ts';
import { storeChange } from './routes/own-store-routes.ts';
import { newWebhookSecret } from './routes/store-routes.ts';

interface Operation {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  readonly path: string;
  readonly summary: string;
  readonly open?: true;
  /** Also with the storeToken of the store itself. */
  readonly own?: true;
  readonly body?: z.ZodType;
  readonly answers: Readonly<Record<number, string>>;
  readonly answer?: z.ZodType;
}

const OPERATIONS: readonly Operation[] = [
  {
    method: 'post',
    path: '/v1/webhooks/{key}',
    summary: "A store's delivery: WooCommerce's signed webhook or its unsigned creation ping",
    open: true,
    answers: {
      200: 'Stored durably',
      401: 'Missing or wrong signature',
      404: 'Unknown key',
      413: 'Too large',
      503: 'Not stored',
    },
  },
  {
    method: 'post',
    path: '/v1/connections',
    summary: "A shop's plugin connects it with a code; the shop is called back before it is taken",
    open: true,
    body: connectionRequest,
    answers: {
      201: 'Connected; the storeToken is shown this once',
      409: 'Code used, vendor taken, or a contractVersion that is not served (code-used, vendor-taken, contract-too-old, contract-too-new)',
      410: 'Code expired (code-expired)',
      422: 'Code not whole or not from here, or an address that may not be called (code-malformed, code-foreign, store-refused)',
      502: 'The shop could not be called back: reason and code say why (callback-failed)',
    },
    answer: connectionAnswer,
  },
  {
    method: 'get',
    path: '/v1/connect/woocommerce',
    summary: "A page for invited vendors (?invite=), from which they go on to WooCommerce's own page for making keys",
    open: true,
    answers: { 200: 'Page', 409: 'Used', 410: 'Expired', 422: 'Not whole, or not from here' },
  },
  {
    method: 'post',
    path: '/v1/connect/woocommerce',
    summary: 'That page, filled in: the way to the shop',
    open: true,
    answers: { 200: 'Page', 409: 'Used', 410: 'Expired', 422: 'Refused, and the page says why' },
  },
  {
    method: 'post',
    path: '/v1/connect/woocommerce/callback',
    summary:
      'A shop brings the keys that its vendor has approved; user_id is what the vendor was sent there with, good once',
    open: true,
    body: broughtKeys,
    answers: { 200: 'Taken; they are tried after the answer', 404: 'Nobody waits for them (unknown-state)' },
  },
  {
    method: 'get',
    path: '/v1/connect/woocommerce/done',
    summary: 'Where a vendor comes back to: a page that says what came of it',
    open: true,
    answers: { 200: 'Page', 404: 'Unknown' },
  },
  { method: 'get', path: '/v1/stores', summary: 'All stores', answers: { 200: 'Stores' } },
  {
    method: 'post',
    path: '/v1/stores',
    summary:
      'Connect a shop by REST keys, which are seen to read and write first, or add a store without (its webhooks are all that is known)',
    body: newStore,
    answers: {
      200: 'It was there, and has a new connection; movedTo where the shop redirects to another address of its own',
      201: 'Added; movedTo as above',
      409: 'The vendor has another store',
      422: 'Refused, with the reason',
    },
  },
  {
    method: 'get',
    path: '/v1/stores/{id}',
    summary: 'One store, and how far DSTNC has come with it',
    own: true,
    answers: { 200: 'Store', 404: 'Unknown' },
    answer: storeReport,
  },
  {
    method: 'patch',
    path: '/v1/stores/{id}',
    summary: 'Change its settings, or its REST keys; the store itself its keys only, which are tried first',
    own: true,
    body: storeChange,
    answers: { 200: 'Store', 404: 'Unknown', 422: 'Refused', 502: 'The new keys do not work (callback-failed)' },
  },
  {
    method: 'delete',
    path: '/v1/stores/{id}',
    summary:
      'Disconnect: withdraws all of its listings. Orders that are open are followed until they are shipped, for 14 days at most; with ?orders=drop, which is for operators, not at all',
    own: true,
    answers: { 202: 'Begun', 403: '?orders=drop is for operators', 404: 'Unknown' },
  },
  {
    method: 'post',
    path: '/v1/stores/{id}/sync',
    summary: 'Read it again whole: all that is known of it and, where it has the plugin, all that its catalogue lists',
    own: true,
    answers: { 202: 'Begun', 404: 'Unknown', 409: 'It is disconnecting' },
  },
  {
    method: 'get',
    path: '/v1/stores/{id}/doctor',
    summary: 'Look at it from outside: checks with what was seen, and what to do',
    own: true,
    answers: { 200: 'Report', 404: 'Unknown' },
    answer: doctorReport,
  },
  {
    method: 'post',
    path: '/v1/stores/{id}/webhook-secrets',
    summary:
      'Give its webhooks another secret; those before it stay good for a while, in which the vendor enters it in the shop',
    body: newWebhookSecret,
    answers: { 201: 'Added: until when the others are good, and the secret if it was made here', 404: 'Unknown' },
  },
  {
    method: 'delete',
    path: '/v1/stores/{id}/webhook-secrets/old',
    summary: 'All webhook secrets but the newest are void at once',
    answers: { 204: 'Done', 404: 'Unknown' },
  },
  {
    method: 'delete',
    path: '/v1/stores/{id}/flags/{kind}',
    summary: 'Lower a flag, once what it says is mended; it rises again by itself if it is not',
    answers: { 204: 'Lowered', 404: 'Unknown store' },
  },
  {
    method: 'get',
    path: '/v1/stores/{id}/listings',
    summary: 'Find items by name, SKU or external id (?search=)',
    own: true,
    answers: { 200: 'Items' },
  },
  {
    method: 'get',
    path: '/v1/stores/{id}/listings/{externalId}',
    summary: 'An item as DSTNC has it, and why',
    own: true,
    answers: { 200: 'Listing', 404: 'Unknown' },
    answer: listing,
  },
  {
    method: 'post',
    path: '/v1/stores/{id}/orders',
    summary: 'Place an order that DSTNC has sold, once, however often this is called; needs an Idempotency-Key',
    body: orderIn,
    answers: {
      201: 'It is in the store, since now',
      200: 'It is in the store, since an earlier call',
      400: 'Without an Idempotency-Key (idempotency-key-missing)',
      404: 'Unknown store',
      409: 'It is being placed: again, after Retry-After (order-in-progress); or the store takes no orders (store-disconnected, store-without-keys, order-withdrawn)',
      422: 'Refused, and nothing of it is in the store (product-gone, not-purchasable, too-few, wrong-currency, unknown-country, total-differs, order-refused); or the key or the reference came with another order before (idempotency-key-reused, reference-reused)',
      503: 'What the store has done is not known yet; it is gone on with. Again, after Retry-After (order-unsettled)',
    },
    answer: orderPlaced,
  },
  {
    method: 'get',
    path: '/v1/stores/{id}/orders',
    summary: "DSTNC's orders in the store, the newest first (?limit=, ?before=)",
    own: true,
    answers: { 200: 'Orders, and how many are in which state', 404: 'Unknown store' },
    answer: orderList,
  },
  {
    method: 'get',
    path: '/v1/stores/{id}/orders/{reference}',
    summary: 'The whole story of an order, without anything about the shopper',
    own: true,
    answers: { 200: 'Order', 404: 'Unknown' },
    answer: orderReport,
  },
  {
    method: 'post',
    path: '/v1/stores/{id}/orders/{reference}/cancel',
    summary: 'Cancel an order; its stock goes back, once',
    answers: {
      200: 'It is cancelled, now or already',
      404: 'Unknown',
      409: 'Completed or refunded in the store (too-late), or worked on at this moment (order-in-progress)',
      503: 'The store has not answered. It is kept, and cancelled or taken back as soon as it does (order-unsettled)',
    },
    answer: orderReport,
  },
  {
    method: 'post',
    path: '/v1/stores/{id}/orders/{reference}/resend',
    summary: 'Read an order again and tell DSTNC of it anew: neither is it placed twice by that, nor shipped',
    own: true,
    answers: { 202: 'Begun', 404: 'Unknown' },
    answer: orderReport,
  },
  {
    method: 'delete',
    path: '/v1/stores/{id}/orders/{reference}/personal-data',
    summary: 'Forget the addresses of an order that is in the store',
    answers: { 204: 'Forgotten', 404: 'Unknown', 409: 'They are needed until it is placed (order-in-progress)' },
  },
  {
    method: 'get',
    path: '/v1/dead-letters',
    summary:
      'What waits for a person (?store=), the newest thousand: unreadable deliveries (delivery), products that DSTNC refuses (rejection) or that could not be brought to it for seven days (undeliverable), stores that could not be read for as long (unreadable)',
    answers: { 200: 'Dead letters, each with whatToDo; a story of more than 64 KB is null here' },
  },
  {
    method: 'get',
    path: '/v1/dead-letters/{id}',
    summary: 'One of them with its whole story: what was read, what was sent, what was answered, and when',
    answers: { 200: 'Dead letter', 404: 'Unknown, or settled by now' },
  },
  {
    method: 'post',
    path: '/v1/dead-letters/{id}/replay',
    summary:
      "Try again at once, the normal way: the store's current state counts. The letter closes when DSTNC accepts it, or the store answers",
    answers: { 202: 'Begun', 404: 'Unknown, or settled by now', 422: 'Still unreadable' },
  },
  {
    method: 'delete',
    path: '/v1/dead-letters/{id}',
    summary:
      'Discard: the product is not tried any more until its next change, and its listing says so; of a store that cannot be read nothing is told for seven days',
    answers: {
      200: 'Discarded; the product has changed since, and that change goes on being tried',
      204: 'Discarded',
      404: 'Unknown, or settled by now',
    },
  },
  {
    method: 'get',
    path: '/healthz',
    summary: 'Whether deliveries can be stored',
    open: true,
    answers: { 200: 'Yes', 503: 'No' },
  },
  {
    method: 'get',
    path: '/readyz',
    summary: 'The same, for load balancers',
    open: true,
    answers: { 200: 'Yes', 503: 'No' },
  },
  { method: 'get', path: '/metrics', summary: "Prometheus' format", answers: { 200: 'Metrics' } },
  { method: 'get', path: '/openapi.json', summary: 'This document', open: true, answers: { 200: 'OpenAPI 3.1' } },
];

/** The receiver's own API as OpenAPI 3.1, from the schemas that its routes check with. */
export function receiverOpenapi(version: string): unknown {
  const schema = (type: z.ZodType, io: 'input' | 'output') => z.toJSONSchema(type, { io, unrepresentable: 'any' });
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { method, path, summary, open, own, body, answers, answer } of OPERATIONS) {
    const responses = Object.entries(answers).map(([status, description]) => {
      const failed = Number(status) >= 400;
      const type = failed ? problem : answer;
      const content = type && {
        [failed ? 'application/problem+json' : 'application/json']: { schema: schema(type, 'output') },
      };
      return [status, { description, ...(content && { content }) }];
    });
    paths[path] = {
      ...paths[path],
      [method]: {
        summary,
        ...(open ? { security: [] } : own ? { security: [{ operator: [] }, { store: [] }] } : {}),
        parameters: [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
          name,
          in: 'path',
          required: true,
          schema: { type: 'string' },
        })),
        ...(body && {
          requestBody: { required: true, content: { 'application/json': { schema: schema(body, 'input') } } },
        }),
        responses: Object.fromEntries(responses),
      },
    };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'DSTNC receiver for WooCommerce', version },
    security: [{ operator: [] }],
    components: {
      securitySchemes: {
        operator: { type: 'http', scheme: 'bearer', description: 'ADMIN_TOKEN' },
        store: {
          type: 'http',
          scheme: 'bearer',
          description: "A connected store's storeToken, good for that store only",
        },
      },
    },
    paths,
  };
}
