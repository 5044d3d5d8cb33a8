import supertest from 'supertest';
import { beforeEach, describe, expect, test } from 'vitest';
import { createSandboxApp, type SandboxApp } from './sandbox-app.ts';

const READ_AT = '2026-03-01T12:00:00.000Z';
const V = '/v1/vendors/lamps';

let sandbox: SandboxApp;
let keys = 0;

beforeEach(() => {
  sandbox = createSandboxApp();
});

const inventory = (externalId: string, rev: number, more = {}) => ({
  externalId,
  rev,
  tracked: true,
  quantity: 3,
  purchasable: true,
  rule: 3,
  readAt: READ_AT,
  ...more,
});

const variant = (externalId: string, rev: number, more = {}) => ({
  externalId,
  options: {},
  price: { regular: '19.90', effective: '19.90', currency: 'EUR', taxIncluded: true },
  images: [],
  inventory: inventory(externalId, rev),
  ...more,
});

const product = (rev: number, more = {}) => ({
  groupId: '7',
  rev,
  state: 'active',
  title: 'Lamp',
  descriptionHtml: '',
  url: 'https://lamps.example/lamp',
  locale: null,
  categories: [],
  images: [],
  options: [],
  variants: [variant('7:1', rev), variant('7:2', rev)],
  ...more,
});

const shipment = (rev: number, more = {}) => ({
  shipmentId: 'S1',
  rev,
  orderReference: 'D-1',
  lines: null,
  carrier: null,
  trackingNumber: null,
  trackingUrl: null,
  shippedAt: READ_AT,
  source: 'status_completed',
  ...more,
});

const order = (rev: number, more = {}) => ({ reference: 'D-1', rev, status: 'cancelled', refunds: [], ...more });

const signed = (request: supertest.Test, key = `key-${++keys}`) =>
  request.set('Authorization', 'Bearer any').set('Idempotency-Key', key);
const put = (path: string, body: object, key?: string) => signed(supertest(sandbox.app).put(V + path), key).send(body);
const post = (items: object[], key?: string) =>
  signed(supertest(sandbox.app).post(`${V}/inventory`), key).send({ items });
const get = (path: string) => supertest(sandbox.app).get(path);
const fault = (order: object) => supertest(sandbox.app).post('/sandbox/faults').send(order);

describe('products', () => {
  test('holds what it is sent and shows it without a token', async () => {
    const answer = await put('/products/7', product(10)).expect(200);
    expect(answer.body).toEqual({ rev: 10 });
    expect((await get(`${V}/products/7`)).body).toEqual(product(10));
    expect((await get(`${V}/products`)).body).toEqual({ products: [product(10)] });
    expect((await get(`${V}/inventory`)).body).toEqual({ items: [inventory('7:1', 10), inventory('7:2', 10)] });
    expect(sandbox.calls.violations).toEqual([]);
  });

  test('keeps vendors apart', async () => {
    await put('/products/7', product(10)).expect(200);
    expect((await get('/v1/vendors/chairs/products')).body).toEqual({ products: [] });
    await get('/v1/vendors/chairs/products/7').expect(404);
  });

  test('answers a lower rev with the held one, and takes an equal one', async () => {
    await put('/products/7', product(10)).expect(200);
    await put('/products/7', product(10, { title: 'Same rev' })).expect(200);
    const answer = await put('/products/7', product(9))
      .expect(409)
      .expect('Content-Type', /problem\+json/);
    expect(answer.body).toMatchObject({ status: 409, heldRev: 10 });
    expect(sandbox.state.product('lamps', '7')?.title).toBe('Same rev');
    expect(sandbox.calls.violations).toEqual([]);
  });

  test("a group's held rev includes its items'", async () => {
    await put('/products/7', product(10)).expect(200);
    await post([inventory('7:2', 30)]).expect(200);
    expect((await put('/products/7', product(20)).expect(409)).body.heldRev).toBe(30);
    await put('/products/7', product(30)).expect(200);
  });

  test('a tombstone stays visible, its items do not, and an older version does not bring them back', async () => {
    await put('/products/7', product(10)).expect(200);
    await put('/products/7', product(11, { state: 'deleted', stateReason: 'trashed', variants: [] })).expect(200);
    expect((await get(`${V}/products/7`)).body.state).toBe('deleted');
    expect((await get(`${V}/inventory`)).body).toEqual({ items: [] });
    await put('/products/7', product(10)).expect(409);
    await put('/products/7', product(12)).expect(200);
    expect((await get(`${V}/inventory`)).body.items).toHaveLength(2);
  });

  test.each([
    ['another id than the path', { groupId: '8', variants: [] }, 'groupId: is 8, but the path says 7'],
    ['a variant of another group', { variants: [variant('8:1', 10)] }, 'variants[0].externalId: 8:1 is not of group 7'],
    [
      'a group whose id merely begins alike',
      { variants: [variant('77:1', 10)] },
      'variants[0].externalId: 77:1 is not of group 7',
    ],
    ['a variant twice', { variants: [variant('7:1', 10), variant('7:1', 10)] }, '7:1 occurs twice'],
    [
      "another variant's inventory",
      { variants: [variant('7:1', 10, { inventory: inventory('7:2', 10) })] },
      'variants[0].inventory.externalId',
    ],
    [
      'an inventory of another rev',
      { variants: [variant('7:1', 10, { inventory: inventory('7:1', 11) })] },
      'variants[0].inventory.rev',
    ],
    [
      'an untracked quantity',
      { variants: [variant('7:1', 10, { inventory: inventory('7:1', 10, { tracked: false }) })] },
      'variants[0].inventory.quantity',
    ],
    [
      'a tracked item without one',
      { variants: [variant('7:1', 10, { inventory: inventory('7:1', 10, { quantity: null }) })] },
      'variants[0].inventory.quantity',
    ],
    ['a missing member', { title: undefined }, 'title'],
    ['an unknown member', { colour: 'red' }, 'colour'],
    ['a deep fault', { variants: [variant('7:1', 10, { price: { regular: 19.9 } })] }, 'variants[0].price.regular'],
  ])('refuses %s', async (_name, more, wanted) => {
    const answer = await put('/products/7', product(10, more))
      .expect(422)
      .expect('Content-Type', /problem\+json/);
    expect(answer.body.detail).toContain(wanted);
    expect(sandbox.calls.violations).toMatchObject([{ method: 'PUT', path: `${V}/products/7`, status: 422 }]);
    expect(sandbox.state.products('lamps')).toEqual([]);
  });
});

describe('inventory', () => {
  beforeEach(async () => {
    await put('/products/7', product(10)).expect(200);
  });

  test('replaces what is held, item by item', async () => {
    const answer = await post([
      inventory('7:1', 12, { quantity: 0, purchasable: false }),
      inventory('7:2', 9),
      inventory('7:3', 12),
      inventory('8:0', 12),
    ]).expect(200);
    expect(answer.body.results).toMatchObject([
      { externalId: '7:1', status: 'accepted' },
      { externalId: '7:2', status: 'stale' },
      { externalId: '7:3', status: 'unknown' },
      { externalId: '8:0', status: 'unknown' },
    ]);
    expect(sandbox.state.item('lamps', '7:1')?.quantity).toBe(0);
    const held = (await get(`${V}/products/7`)).body;
    expect(held.variants.map((one: { inventory: object }) => one.inventory)).toEqual([
      inventory('7:1', 12, { quantity: 0, purchasable: false }),
      inventory('7:2', 10),
    ]);
    expect(sandbox.calls.counts.items).toEqual({ accepted: 1, stale: 1, unknown: 2 });
    expect(sandbox.calls.violations).toEqual([]);
  });

  test("compares an item with its own rev and the product's, not with its siblings'", async () => {
    await post([inventory('7:1', 20)]).expect(200);
    const { body } = await post([inventory('7:2', 15), inventory('7:1', 19)]);
    expect(body.results).toMatchObject([{ status: 'accepted' }, { status: 'stale' }]);
    expect((await post([inventory('7:1', 20)])).body.results).toEqual([{ externalId: '7:1', status: 'accepted' }]);
  });

  test('knows no item of a deleted product', async () => {
    await put('/products/7', product(11, { state: 'deleted' })).expect(200);
    expect((await post([inventory('7:1', 12)])).body.results[0].status).toBe('unknown');
    expect(sandbox.state.item('lamps', '7:1')).toBeUndefined();
  });

  test.each([
    ['none', []],
    ['too many', Array.from({ length: 51 }, (_, n) => inventory(`7:${n}`, 12))],
    ['the same twice', [inventory('7:1', 12), inventory('7:1', 13)]],
    ['an untracked quantity', [inventory('7:1', 12, { tracked: false })]],
  ])('refuses a batch with %s, whole', async (_name, items) => {
    await post(items).expect(422);
    expect(sandbox.calls.violations).toHaveLength(1);
    expect(sandbox.state.item('lamps', '7:1')?.rev).toBe(10);
  });
});

describe.each([
  ['shipments', 'S1', shipment, { shipmentId: 'S2' }],
  ['orders', 'D-1', order, { reference: 'D-2' }],
] as const)('%s', (name, id, make, otherId) => {
  test('are held by rev', async () => {
    await get(`${V}/${name}/${id}`)
      .expect(404)
      .expect('Content-Type', /problem\+json/);
    await put(`/${name}/${id}`, make(5)).expect(200, { rev: 5 });
    expect((await put(`/${name}/${id}`, make(4)).expect(409)).body.heldRev).toBe(5);
    await put(`/${name}/${id}`, make(5)).expect(200);
    await put(`/${name}/${id}`, make(6)).expect(200);
    expect((await get(`${V}/${name}`)).body).toEqual({ [name]: [make(6)] });
    expect((await get(`${V}/${name}/${id}`)).body).toEqual(make(6));
  });

  test('are checked', async () => {
    expect((await put(`/${name}/${id}`, make(5, otherId)).expect(422)).body.detail).toContain('but the path says');
    await put(`/${name}/${id}`, make(0)).expect(422);
    await put(`/${name}/${id}`, make(5, { more: 1 })).expect(422);
    expect(sandbox.calls.violations).toHaveLength(3);
  });
});

test('a reference may hold what a path has to encode', async () => {
  const reference = 'D/1 ä?';
  await put(`/orders/${encodeURIComponent(reference)}`, order(1, { reference })).expect(200);
  expect(sandbox.state.order('lamps', reference)).toEqual(order(1, { reference }));
});

describe('what every call needs', () => {
  const bare = (headers: Record<string, string>, body: string | object = product(1)) =>
    supertest(sandbox.app).put(`${V}/products/7`).set(headers).send(body);

  test('a token', async () => {
    await bare({ 'Idempotency-Key': 'k' }).expect(401).expect('WWW-Authenticate', 'Bearer');
    await bare({ 'Idempotency-Key': 'k', Authorization: 'Bearer ' }).expect(401);
    await bare({ 'Idempotency-Key': 'k', Authorization: 'Basic abc' }).expect(401);
    expect(sandbox.calls.violations.map(({ status }) => status)).toEqual([401, 401, 401]);
  });

  test('the agreed token, if there is one', async () => {
    sandbox = createSandboxApp({ token: 'agreed' });
    await bare({ 'Idempotency-Key': 'k', Authorization: 'Bearer other' }).expect(401);
    await bare({ 'Idempotency-Key': 'k', Authorization: 'Bearer agreed' }).expect(200);
  });

  test('an idempotency key', async () => {
    await bare({ Authorization: 'Bearer any' }).expect(400);
  });

  test('JSON', async () => {
    const headers = { Authorization: 'Bearer any', 'Idempotency-Key': 'k' };
    await bare({ ...headers, 'Content-Type': 'text/plain' }, '{}').expect(415);
    await bare({ ...headers, 'Content-Type': 'application/json' }, '{"a":').expect(400);
    await bare({ ...headers, 'Idempotency-Key': 'k2', 'Content-Type': 'application/json; charset=utf-8' }).expect(200);
  });

  test('a path of the contract', async () => {
    await put('/baskets/1', {}).expect(404);
    await signed(supertest(sandbox.app).post(`${V}/products/7`))
      .send(product(1))
      .expect(404);
    await get('/v1/nothing').expect(404);
    expect(sandbox.calls.counts).toEqual({ other: { 404: 2 } });
    expect(sandbox.calls.violations).toHaveLength(2);
  });

  test('at most 32 MiB', async () => {
    await put('/products/7', product(1, { descriptionHtml: 'x'.repeat(31 * 1024 * 1024) })).expect(200);
    await put('/products/7', product(1, { descriptionHtml: 'x'.repeat(32 * 1024 * 1024) })).expect(413);
    expect(sandbox.calls.violations).toMatchObject([{ status: 413 }]);
  });
});

describe('idempotency', () => {
  test('the same again gets the same answer, without effect', async () => {
    await put('/products/7', product(10), 'first').expect(200);
    await put('/products/7', product(11), 'second').expect(200);
    await put('/products/7', product(10), 'first').expect(200, { rev: 10 });
    expect(sandbox.state.product('lamps', '7')?.rev).toBe(11);
    expect(sandbox.calls.counts.products).toEqual({ 200: 2, replayed: 1 });
    expect(sandbox.state.regressions).toBe(0);
  });

  test('another body, or another path, under the same key is refused', async () => {
    await put('/products/7', product(10), 'key').expect(200);
    expect((await put('/products/7', product(11), 'key').expect(422)).body.detail).toContain('Idempotency-Key');
    await put('/products/8', product(10), 'key').expect(422);
    expect(sandbox.calls.violations).toHaveLength(2);
    expect(sandbox.state.product('lamps', '7')?.rev).toBe(10);
  });

  test('a key is not used up by a failure that had no effect', async () => {
    await fault({ status: 503 }).expect(201);
    await put('/products/7', product(10), 'key').expect(503);
    await put('/products/7', product(10), 'key').expect(200);
  });

  test('a key is used up by a call whose answer was lost', async () => {
    await fault({ status: 502, applied: true }).expect(201);
    await put('/products/7', product(10), 'key').expect(502);
    expect(sandbox.state.product('lamps', '7')?.rev).toBe(10);
    await put('/products/7', product(10), 'key').expect(200);
    expect(sandbox.calls.counts.products).toEqual({ 502: 1, replayed: 1 });
  });
});

describe('faults', () => {
  test('once, unless told otherwise', async () => {
    await fault({ status: 500 }).expect(201);
    const answer = await put('/products/7', product(10))
      .expect(500)
      .expect('Content-Type', /problem\+json/);
    expect(answer.body.status).toBe(500);
    expect(sandbox.state.products('lamps')).toEqual([]);
    await put('/products/7', product(10)).expect(200);
  });

  test('several times, on one route', async () => {
    await fault({ status: 429, retryAfter: 7, times: 2, path: 'shipments' }).expect(201);
    await put('/products/7', product(10)).expect(200);
    await put('/shipments/S1', shipment(1)).expect(429).expect('Retry-After', '7');
    expect((await get('/sandbox/faults')).body.faults).toEqual([
      { status: 429, retryAfter: 7, path: 'shipments', left: 1 },
    ]);
    await put('/shipments/S1', shipment(1)).expect(429);
    await put('/shipments/S1', shipment(1)).expect(200);
    expect((await get('/sandbox/faults')).body).toEqual({ faults: [] });
  });

  test.each([0, null])('until cleared, with times %s', async (times) => {
    await fault({ status: 503, times }).expect(201);
    for (let n = 0; n < 3; n += 1) await put('/products/7', product(10)).expect(503);
    await supertest(sandbox.app).delete('/sandbox/faults').expect(204);
    await put('/products/7', product(10)).expect(200);
  });

  test('one after the other', async () => {
    await fault({ status: 500 }).expect(201);
    await fault({ status: 502 }).expect(201);
    await put('/products/7', product(10)).expect(500);
    await put('/products/7', product(10)).expect(502);
    await put('/products/7', product(10)).expect(200);
  });

  test('a delay alone only delays', async () => {
    await fault({ delayMs: 1 }).expect(201);
    await put('/products/7', product(10)).expect(200);
    expect(sandbox.faults.pending).toEqual([]);
  });

  test('a delay with a status', async () => {
    await fault({ delayMs: 1, status: 504, applied: true }).expect(201);
    await put('/products/7', product(10)).expect(504);
    expect(sandbox.state.product('lamps', '7')?.rev).toBe(10);
  });

  test('any answer, also a strange one', async () => {
    await put('/products/7', product(10)).expect(200);
    await fault({ status: 200, applied: true, path: 'inventory' }).expect(201);
    await post([inventory('7:1', 11)]).expect(200, {});
    expect(sandbox.state.item('lamps', '7:1')?.rev).toBe(11);
    const body = { results: [{ externalId: '7:1', status: 'rejected', reason: 'blocked' }] };
    await fault({ status: 200, body }).expect(201);
    await post([inventory('7:1', 12)]).expect(200, body);
    expect(sandbox.state.item('lamps', '7:1')?.rev).toBe(11);
    await fault({ status: 204, applied: true }).expect(201);
    await put('/products/7', product(13)).expect(204);
    expect(sandbox.state.product('lamps', '7')?.rev).toBe(13);
  });

  test('reading is never disturbed', async () => {
    await fault({ status: 500 }).expect(201);
    await get(`${V}/products`).expect(200);
    expect(sandbox.faults.pending).toHaveLength(1);
  });

  test.each([
    {},
    { times: 3 },
    { status: 99 },
    { retryAfter: 3 },
    { status: 500, route: 'products' },
    { hang: false },
    { hang: true, cut: true },
  ])('refuses %j', async (order) => {
    await fault(order).expect(422);
    expect(sandbox.faults.pending).toEqual([]);
  });

  test('are taken from plain curl', async () => {
    const request = supertest(sandbox.app).post('/sandbox/faults').type('form');
    await request.send('{"status":503}').expect(201);
    await supertest(sandbox.app).post('/sandbox/faults').type('form').send('{"status"').expect(400);
  });
});

describe('the log', () => {
  test('shows calls as they came, and how they ended', async () => {
    await put('/products/7', product(10), 'a').expect(200);
    await put('/products/7', product(9), 'b').expect(409);
    const { calls, counts, violations, regressions } = (await get('/sandbox/calls')).body;
    expect(calls).toMatchObject([
      { method: 'PUT', path: `${V}/products/7`, status: 200, body: product(10), idempotencyKey: 'a' },
      { method: 'PUT', path: `${V}/products/7`, status: 409, body: product(9), idempotencyKey: 'b' },
    ]);
    expect(Date.parse(calls[0].at)).not.toBeNaN();
    expect({ counts, violations, regressions }).toEqual({
      counts: { products: { 200: 1, 409: 1 } },
      violations: [],
      regressions: 0,
    });
    await supertest(sandbox.app).delete('/sandbox/calls').expect(204);
    expect((await get('/sandbox/calls')).body).toMatchObject({ calls: [], counts: {}, violations: [] });
    expect(sandbox.state.products('lamps')).toHaveLength(1);
  });

  test('leaves out bodies over 64 KiB, but says how long they were', async () => {
    await put('/products/7', product(10, { descriptionHtml: 'x'.repeat(64 * 1024) })).expect(200);
    expect(sandbox.calls.calls[0]?.body).toBeNull();
    expect(sandbox.calls.calls[0]?.bodyBytes).toBeGreaterThan(64 * 1024);
  });

  test('can be switched off without losing the counts', async () => {
    sandbox = createSandboxApp({ log: false });
    await put('/products/7', product(10)).expect(200);
    await put('/products/7', {}).expect(422);
    expect(sandbox.calls.calls).toEqual([]);
    expect(sandbox.calls.counts).toEqual({ products: { 200: 1, 422: 1 } });
    expect(sandbox.calls.violations).toHaveLength(1);
  });
});

test('shows which revs were accepted', async () => {
  await put('/products/7', product(10)).expect(200);
  await put('/products/7', product(9)).expect(409);
  await post([inventory('7:1', 12), inventory('7:2', 11)]).expect(200);
  await put('/products/7', product(12)).expect(200);
  await put('/products/7', product(14)).expect(200);
  expect((await get('/sandbox/revs/lamps/7')).body).toEqual({ revs: [10, 12, 14], regressions: 0 });
  expect((await get('/sandbox/revs/lamps/8')).body).toEqual({ revs: [], regressions: 0 });
});

test('a reset forgets everything', async () => {
  await put('/products/7', product(10), 'key').expect(200);
  await fault({ status: 500, times: 0 }).expect(201);
  await supertest(sandbox.app).post('/sandbox/reset').expect(204);
  expect(sandbox.state.vendors()).toEqual([]);
  expect(sandbox.calls.calls).toEqual([]);
  await put('/products/7', product(3), 'key').expect(200);
  expect(sandbox.state.acceptedRevs('lamps', '7')).toEqual([3]);
});
