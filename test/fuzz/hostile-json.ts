import fc from 'fast-check';

/** Values as JSON text, many of them none: what no serialiser writes can't be made from values. */
const scalar: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    ...['0', '-0', '1', '1.5', '-1', '1E+2', '9007199254740991', '9007199254740992', '9007199254740993'],
    ...['-9007199254740993', '18446744073709551616', '1e400', '-1e400', '1e-400', '01', '+1', '.5', '0x10', 'NaN'],
    ...['Infinity', 'undefined', 'true', 'false', 'null', '""', '"0"', '"NaN"', '"Infinity"', '"-0"', '"1e400"', '"7"'],
    ...[
      '"\\ud800"',
      '"\\udfff\\ud800"',
      '"\\u0000"',
      '"\u0000"',
      '"\\u202e"',
      '"\uFEFF"',
      '"a\nb"',
      '"\\x"',
      '{}',
      '[]',
    ],
    ...['"2026-01-01T00:00:00"', '"9999-99-99T99:99:99"', '"instock"', '"variation"', '"parent"', '"__proto__"'],
  ),
  fc.integer().map(String),
  fc.double().map((number) => JSON.stringify(number)),
  fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)),
  fc.nat(5_000).map((length) => JSON.stringify('x'.repeat(length))),
);

const key = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'length', '', '\u0000'),
  fc.constantFrom(
    ...['id', 'name', 'type', 'status', 'parent_id', 'action', 'arg', 'changes', 'code', 'message', 'data'],
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
);

const objectText = (entries: readonly (readonly [string, string])[]) =>
  `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`;

const { value } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: false },
    { weight: 4, arbitrary: scalar },
    { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 6 }).map((all) => `[${all.join(',')}]`) },
    { weight: 1, arbitrary: fc.array(fc.tuple(key, tie('value')), { maxLength: 8 }).map(objectText) },
  ),
}));

const PRODUCT = [
  ...[
    'id',
    'name',
    'type',
    'status',
    'parent_id',
    'price',
    'regular_price',
    'sale_price',
    'purchasable',
    'sku',
    'slug',
  ],
  ...[
    'manage_stock',
    'stock_quantity',
    'stock_status',
    'in_stock',
    'managing_stock',
    'backorders',
    'date_modified_gmt',
  ],
  ...['variations', 'attributes', 'images', 'categories', 'meta_data', 'description', 'permalink', 'weight'],
  ...['dimensions', 'catalog_visibility', 'post_password', 'global_unique_id', 'brands', 'default_attributes'],
];

/** Few ids, so that they come again; any others now and then. */
const id = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 60 }).map(String) },
  { weight: 1, arbitrary: value },
);

const over = (names: readonly string[], least: string, most: number) =>
  fc
    .tuple(fc.constant(least), fc.array(fc.tuple(fc.oneof(fc.constantFrom(...names), key), value), { maxLength: most }))
    .map(([first, rest]) => `{${[first, objectText(rest).slice(1, -1)].filter(Boolean).join(',')}}`);

/** What begins as a product that can be listed and goes on with anything: later keys win. */
const product = fc
  .tuple(
    id,
    fc.constantFrom('simple', 'variable', 'variation', 'grouped', 'external', 'bundle'),
    over(PRODUCT, '"name":"Lamp","status":"publish","price":"5","manage_stock":true,"stock_quantity":4', 6),
  )
  .map(([itemId, type, text]) => `{"id":${itemId},"type":"${type}",${text.slice(1)}`);

const change = fc.oneof(
  over(['groupId', 'orderId', 'kind'], '"groupId":7', 3),
  id.map((groupId) => `{"groupId":${groupId},"kind":"stock"}`),
  fc
    .tuple(value, value, id)
    .map(([kind, groupId, orderId]) => `{"kind":${kind},"groupId":${groupId},"orderId":${orderId}}`),
  value,
);
const doorbell = fc
  .tuple(
    fc.oneof(fc.constantFrom('"woocommerce_dstnc_stock_changed"', '"woocommerce_dstnc_order_completed"'), value),
    fc.oneof(
      fc.array(change, { maxLength: 30 }).map((all) => `[${all.join(',')}]`),
      value,
    ),
  )
  .map(([action, changes]) => `{"action":${action},"arg":1,"changes":${changes}}`);

const refusal = fc
  .tuple(value, value)
  .map(([code, data]) => `{"code":${code},"message":"Sorry","data":{"status":${data}}}`);

const deep = fc
  .tuple(fc.constantFrom('[', '{"id":', '{"__proto__":', '{"changes":['), fc.nat(60_000), fc.boolean())
  .map(([open, depth, closed]) => {
    const close = { '[': ']', '{"id":': '}', '{"__proto__":': '}', '{"changes":[': ']}' }[open] ?? '';
    return `{"id":7,"stock_quantity":${open.repeat(depth)}1${closed ? `${close.repeat(depth)}}` : ''}`;
  });

const huge = fc
  .tuple(fc.constantFrom('text', 'keys', 'list', 'doorbell', 'escapes', 'controls', 'quotes'), fc.nat(2_500_000))
  .map(([what, size]) => {
    const some = (length: number, make: (index: number) => string) =>
      Array.from({ length: Math.ceil(size / length) }, (_, index) => make(index)).join(',');
    if (what === 'text') return `{"id":8,"name":"${'é'.repeat(size / 2)}"}`;
    if (what === 'keys') return `{"id":8,${some(16, (i) => `"k${i}":${i}`)}}`;
    if (what === 'list') return `{"id":8,"name":"x","images":[${some(24, (i) => `{"src":"https://x/${i}"}`)}]}`;
    if (what === 'escapes') return `{"id":8,"name":"${'\\u0000'.repeat(size / 6)}"}`;
    if (what === 'controls') return `{"id":8,"name":"${'\n\u0000'.repeat(size / 20)}"}`;
    if (what === 'quotes') return `{"id":8,${'"'.repeat(size)}`;
    return `{"action":"a","changes":[${some(2_000, (i) => `{"groupId":${(i % 50) + 1}}`)}]}`;
  });

const truncated = fc
  .tuple(fc.oneof(product, doorbell, value), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([text, part]) => text.slice(0, Math.floor(text.length * part)));

/** Bodies that look like JSON, by what is wrong with them. */
export const hostileJson = { value, product, doorbell, refusal, deep, huge, truncated } as const;
