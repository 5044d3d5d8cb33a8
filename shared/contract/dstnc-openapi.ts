import { z } from 'zod';
import { inventory, inventoryBatch, inventoryResults } from '../src/dstnc/inventory.ts';
import { orderChange } from '../src/dstnc/order-change.ts';
import { problem } from '../src/dstnc/problem.ts';
import { image, price, product, variant } from '../src/dstnc/product.ts';
import { shipment } from '../src/dstnc/shipment.ts';

/** Plain JSON. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

type JsonObject = { [key: string]: Json };

/** What is said of each schema as a whole; the schemas themselves describe their members. */
const SCHEMAS = [
  ['Product', product, 'A product with all its variants. The whole replaces whatever was held of the group before.'],
  ['Variant', variant, 'One item that can be bought.'],
  [
    'Price',
    price,
    'Prices of one item as the store asks them now. Unknown parts are null; the item is on sale all the same.',
  ],
  ['Image', image, 'A picture; `alt` is empty where the store has none.'],
  [
    'Inventory',
    inventory,
    'How much of one item may be sold: `quantity` is null if and only if `tracked` is false. Sell it if and only if `purchasable`; `rule` tells which stock rule decided.',
  ],
  ['InventoryBatch', inventoryBatch, 'No item occurs twice in a batch.'],
  [
    'InventoryResults',
    inventoryResults,
    'What became of each item. An item without an entry, or no `results`, means accepted.',
  ],
  ['Shipment', shipment, 'One parcel, or a completed order without tracking. `lines: null` is the whole order.'],
  [
    'OrderChange',
    orderChange,
    'What became of an order of yours in the store; `refunds` is the total so far, item by item.',
  ],
  ['Problem', problem, 'RFC 9457 problem details.'],
] as const;

const INTRODUCTION = `What the connector tells DSTNC of its vendors' WooCommerce stores: products, stock, shipments and what became of orders.

**Level, not edge.** Every body is the whole present state of the thing that its path names, never a difference.

**rev.** Every body carries a \`rev\`, which orders the versions of one thing: greater is newer. Take a rev that is greater than or
equal to the held one; refuse a lower one with 409 and \`heldRev\`, and the connector goes on from there. What a product group
holds is the greatest rev of the product and of its items. A product's items are independent of each other.

**Tombstones.** A product that is gone is sent with \`state: deleted\`. Keep its rev, so that a late, older version doesn't bring it
back; a newer one does. \`hidden\` products exist but aren't shown; \`stateReason\` says why.

**Ids.** \`groupId\` is the id of a WooCommerce product, \`externalId\` is \`{productId}:{variationId}\`, or \`{productId}:0\` for a
product without variations. Both are unique within a vendor. Items with the same \`poolId\` sell the same units.

**Retries.** A call without an answer is sent again, with the same \`Idempotency-Key\` and body, unless something newer has taken its
place. Calls may arrive twice and out of order; rev and key make both harmless. Members may be added to bodies: ignore those that you don't know.`;

const REFUSALS: JsonObject = {
  '400': { $ref: '#/components/responses/BadRequest' },
  '401': { $ref: '#/components/responses/Unauthorized' },
  '422': { $ref: '#/components/responses/Invalid' },
  '429': { $ref: '#/components/responses/TooManyRequests' },
  '5XX': { $ref: '#/components/responses/Unavailable' },
};

/** The outbound contract as OpenAPI 3.1, made of the same schemas that check what is sent. Pure: same in, same out. */
export function dstncOpenapi(): JsonObject {
  return {
    openapi: '3.1.1',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: { title: 'DSTNC for WooCommerce: outbound contract', version: '1.0.0', description: INTRODUCTION },
    servers: [{ url: '{base}', variables: { base: { default: 'https://api.example', description: 'DSTNC_API_URL' } } }],
    security: [{ bearer: [] }],
    tags: [{ name: 'catalog' }, { name: 'orders' }],
    paths: {
      '/v1/vendors/{vendor}/products/{groupId}': {
        parameters: [ref('parameters', 'vendor'), pathParameter('groupId', "Equal to the body's groupId")],
        put: operation('putProduct', 'catalog', {
          summary: 'The whole product with all its variants, or its tombstone',
          description:
            "Replaces the group whole: a variant that isn't in the body is gone. Every variant's externalId belongs to the group and occurs once; every inventory carries its variant's externalId and the product's rev.",
          body: 'Product',
          answers: putAnswers(),
        }),
      },
      '/v1/vendors/{vendor}/inventory': {
        parameters: [ref('parameters', 'vendor')],
        post: operation('postInventory', 'catalog', {
          summary: 'Stock of 1 to 50 items, where nothing else about their products has changed',
          description: `Each item is decided by itself:

- \`accepted\`: it replaces the variant's inventory. Its rev is at least the product's and the item's held one.
- \`stale\`: its rev is lower than that; nothing changes. The connector reads the store again and goes on from a newer rev.
- \`unknown\`: the group was never sent, is deleted, or has no such variant. The connector sends the whole product.
- \`rejected\`: refused for the \`reason\` given, which people at the vendor and the operator read. It isn't sent again as it is.`,
          body: 'InventoryBatch',
          answers: {
            '200': {
              description: 'What became of each item',
              content: { 'application/json': { schema: ref('schemas', 'InventoryResults') } },
            },
          },
        }),
      },
      '/v1/vendors/{vendor}/shipments/{shipmentId}': {
        parameters: [ref('parameters', 'vendor'), pathParameter('shipmentId', "Equal to the body's shipmentId")],
        put: operation('putShipment', 'orders', {
          summary: 'A parcel of an order, or the completion of an order without tracking',
          description: 'Sent again with a greater rev when something changes, as when a tracking number is added.',
          body: 'Shipment',
          answers: putAnswers(),
        }),
      },
      '/v1/vendors/{vendor}/orders/{reference}': {
        parameters: [
          ref('parameters', 'vendor'),
          pathParameter('reference', "DSTNC's own, equal to the body's reference"),
        ],
        put: operation('putOrder', 'orders', {
          summary: 'An order was cancelled or refunded in the store',
          description:
            'The whole present state: `refunds` lists everything refunded so far, not only what is new. Empty under `partially_refunded`: an amount without items or, where there were some before, that they were taken back.',
          body: 'OrderChange',
          answers: putAnswers(),
        }),
      },
    },
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: 'DSTNC_API_TOKEN' } },
      parameters: {
        vendor: pathParameter('vendor', 'Names the vendor, as agreed when the store was added'),
        idempotencyKey: {
          name: 'Idempotency-Key',
          in: 'header',
          required: true,
          schema: { type: 'string', minLength: 1 },
          description:
            'The same for every attempt of one call. The same key and body gets the same answer again, without effect; the same key with another body is refused with 422.',
        },
      },
      responses: {
        Held: problemResponse('A newer version is held: `heldRev` is its rev', 'HeldRev'),
        BadRequest: problemResponse('The Idempotency-Key is missing, or the body is not JSON'),
        Unauthorized: problemResponse('The token is missing or wrong. People are told'),
        Invalid: problemResponse(
          'Rejected: `detail` lists what is wrong. Like any other 4xx but 409 and 429, it is shown to people and not sent again as it is',
        ),
        TooManyRequests: {
          ...problemResponse('Too fast'),
          headers: {
            'Retry-After': {
              description: 'Seconds, or an HTTP date. The connector obeys it',
              schema: { type: 'string' },
            },
          },
        },
        Unavailable: problemResponse(
          'Sent again, later and later; so is a call without an answer. Retry-After is obeyed',
        ),
      },
      schemas: {
        ...schemas(),
        HeldRev: {
          description: 'The problem of a 409: always with the held rev.',
          allOf: [ref('schemas', 'Problem')],
          required: ['heldRev'],
        },
      },
    },
  };

  function putAnswers(): JsonObject {
    return {
      '2XX': { description: 'Accepted, now or already. The body, if any, is not read' },
      '409': ref('responses', 'Held'),
    };
  }
}

function operation(
  operationId: string,
  tag: string,
  about: { summary: string; description: string; body: string; answers: JsonObject },
): JsonObject {
  return {
    operationId,
    tags: [tag],
    summary: about.summary,
    description: about.description,
    parameters: [ref('parameters', 'idempotencyKey')],
    requestBody: { required: true, content: { 'application/json': { schema: ref('schemas', about.body) } } },
    responses: { ...about.answers, ...REFUSALS },
  };
}

function problemResponse(description: string, schema = 'Problem'): JsonObject {
  return { description, content: { 'application/problem+json': { schema: ref('schemas', schema) } } };
}

function pathParameter(name: string, description: string): JsonObject {
  return { name, in: 'path', required: true, schema: { type: 'string' }, description };
}

function ref(kind: 'schemas' | 'parameters' | 'responses', name: string): JsonObject {
  return { $ref: `#/components/${kind}/${name}` };
}

function schemas(): JsonObject {
  // A registry of its own: the global one also holds schemas of the other wire, and depends on what was imported.
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of SCHEMAS) registry.add(schema, { id });
  const made = z.toJSONSchema(registry, {
    target: 'draft-2020-12',
    uri: (id) => `#/components/schemas/${id}`,
  }).schemas as unknown as Record<string, JsonObject>;
  return Object.fromEntries(
    SCHEMAS.map(([id, , description]) => {
      const { $schema: _dialect, $id: _id, ...schema } = plain(made[id] ?? {});
      return [id, { description, ...schema }];
    }),
  );
}

/**
 * Without zod's particularities: OpenAPI 3.1 deprecates `example`, and a date-time needs no pattern beside its format. What is
 * sent is checked strictly, but who receives it must not be: members may be added.
 */
function plain(schema: JsonObject): JsonObject {
  const { example, ...rest } = schema;
  if (rest.format === 'date-time') delete rest.pattern;
  if (rest.additionalProperties === false) delete rest.additionalProperties;
  const entries = Object.entries(rest).map(([key, value]) => [key, plainValue(value)] as const);
  return { ...Object.fromEntries(entries), ...(example === undefined ? {} : { examples: [example] }) };
}

function plainValue(value: Json): Json {
  if (Array.isArray(value)) return value.map(plainValue);
  return typeof value === 'object' && value !== null ? plain(value) : value;
}
