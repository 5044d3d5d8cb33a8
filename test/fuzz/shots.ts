import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';
import { signBody } from '@dstnc/shared';
import fc from 'fast-check';
import { deliveryBody } from '../recordings/delivery-body.ts';
import { deliveryHeader } from '../recordings/delivery-header.ts';
import type { RecordedDelivery } from '../recordings/recording.ts';
import type { Shot } from './fire.ts';
import { hostileJson } from './hostile-json.ts';
import { type RawRequest, renderRequest } from './raw-request.ts';

/** A store as its webhooks know the receiver. */
export interface FuzzedStore {
  /** Of its webhook address. */
  readonly path: string;
  readonly secret: string;
  readonly home: string;
}

/** What {@link shots} aims at, and with. */
export interface ShotOptions {
  readonly stores: readonly FuzzedStore[];
  readonly recorded: readonly RecordedDelivery[];
  /** The receiver's MAX_BODY, in bytes. */
  readonly maxBody: number;
}

type Headers = RawRequest['headers'];

const TOPICS = [
  ...['product.created', 'product.updated', 'product.deleted', 'product.restored', 'order.updated', 'coupon.created'],
  ...['action.woocommerce_dstnc_stock_changed', '', '.', '..', 'product', 'product.', '__proto__.constructor'],
];

/** Anything that may stand in a header, as bytes that Node sends as they are. */
const headerText = fc.oneof(
  fc.string({ unit: fc.constantFrom(...' !"#%&\'()*+,-./09:;<=>?@AZ[\\]^_`az{|}~', 'é', 'ÿ', '😀') }),
  fc.nat(9_000).map((length) => 'x'.repeat(length)),
);

/**
 * All kinds of deliveries that no shop should send, and some that it does. What is rightly signed, rightly framed and not too long
 * has to be answered with exactly 200, whatever it says: WooCommerce disables a webhook after a few other answers.
 */
export function shots({ stores, recorded, maxBody }: ShotOptions): fc.Arbitrary<Shot> {
  const store = fc.constantFrom(...stores);
  const topic = fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...TOPICS) }, { weight: 1, arbitrary: headerText });

  const signed = ({ path, secret, home }: FuzzedStore, body: Buffer, topicText: string, more: Headers = []) => ({
    path,
    body,
    headers: [
      ['X-WC-Webhook-Signature', signBody(body, secret)],
      ['X-WC-Webhook-Topic', topicText],
      ['X-WC-Webhook-Source', `${home}/`],
      ...more,
    ] as Headers,
  });

  const one = (kind: string, request: RawRequest, rest: Partial<Shot> = {}): Shot => ({
    kind,
    parts: [renderRequest(request, true)],
    after: 'wait',
    answers: 1,
    ...rest,
  });

  /** Rightly signed: 200, or 413 where it is too long. */
  const authentic = (kind: string, bodies: fc.Arbitrary<string | Uint8Array>) =>
    fc.tuple(store, bodies, topic).map(([to, raw, topicText]) => {
      const body = Buffer.from(raw as Uint8Array);
      const fits = body.length <= maxBody;
      return one(kind, signed(to, body, topicText), { allowed: [fits ? 200 : 413], mayClose: !fits });
    });

  const smallSigned = fc
    .tuple(store, fc.oneof(hostileJson.product, hostileJson.doorbell), topic)
    .map(([to, text, topicText]) => signed(to, Buffer.from(text), topicText));

  const mutated = fc
    .tuple(
      store,
      fc.constantFrom(...recorded),
      fc.array(
        fc.tuple(
          fc.constantFrom('flip', 'cut', 'repeat', 'insert', 'value'),
          fc.double({ min: 0, max: 1, noNaN: true }),
          fc.nat(200),
          hostileJson.value,
        ),
        { maxLength: 4 },
      ),
      fc.boolean(),
    )
    .map(([to, delivery, changes, ownSource]) => {
      let body = deliveryBody(delivery);
      for (const [how, part, length, value] of changes) {
        const at = Math.floor(body.length * part);
        const [before, after] = [body.subarray(0, at), body.subarray(at)];
        if (how === 'flip') body = Buffer.concat([before, Buffer.from([length]), after.subarray(1)]);
        if (how === 'cut') body = Buffer.concat([before, after.subarray(length)]);
        if (how === 'repeat') body = Buffer.concat([before, after.subarray(0, length), after]);
        if (how === 'insert') body = Buffer.concat([before, Buffer.from(value), after]);
        if (how === 'value') {
          // The next value after the place, whatever it was.
          const text = after.toString('latin1').replace(/:("[^"]*"|[^,{}[\]"]+)/, () => `:${value}`);
          body = Buffer.concat([before, Buffer.from(text, 'latin1')]);
        }
      }
      const source = deliveryHeader(delivery, 'x-wc-webhook-source') ?? to.home;
      const request = signed({ ...to, home: ownSource ? to.home : source }, body, '');
      const headers = delivery.headers.filter(
        ([name]) => !/^(x-wc-webhook-(signature|source)|host|connection|content-length|expect)$/i.test(name),
      );
      const own = request.headers.filter(([name]) => name !== 'X-WC-Webhook-Topic');
      // A recorded ping is a form; signed, it is a delivery that can't be read.
      return one('recordings, mutated', { ...request, headers: [...headers, ...own] }, { allowed: [200] });
    });

  const pings = fc
    .tuple(
      store,
      fc.oneof(
        fc.nat().map((id) => `webhook_id=${id}`),
        fc.constantFrom(
          'webhook_id=',
          'webhook_id=-1',
          'webhook_id=1&x=1',
          'webhook_id=1\n',
          'webhook_id=１',
          'id=1',
          '',
        ),
        fc.nat(60).map((digits) => `webhook_id=${'9'.repeat(digits)}`),
        fc.uint8Array({ maxLength: 60 }),
      ),
      fc.constantFrom('length', 'chunked', 'none'),
    )
    .map(([{ path }, raw, framing]) => {
      const body = Buffer.from(raw as Uint8Array);
      const headers: Headers = [['Content-Type', 'application/x-www-form-urlencoded']];
      const ping = /^webhook_id=\d+$/.test(body.toString('latin1')) && body.length <= 40;
      if (framing === 'length') return one('pings', { path, body, headers }, { allowed: [ping ? 200 : 401] });
      if (framing === 'none') return one('pings', { path, body, headers, framing }, { after: 'end', answers: 0 });
      const chunked: RawRequest = {
        path,
        body: chunksOf(body, [7]),
        headers: [...headers, ['Transfer-Encoding', 'chunked']],
        framing: 'none',
      };
      // How long it is isn't known before it is read, so that even a ping may be turned away.
      return one('pings', chunked, { allowed: [200, 401] });
    });

  const signatures = fc
    .tuple(
      smallSigned,
      fc.oneof(headerText, fc.base64String(), fc.constantFrom('', ' ', 'null', 'e', `${'A'.repeat(43)}=`)),
      fc.boolean(),
    )
    .map(([request, text, twice]) => {
      const [right, ...others] = request.headers;
      const headers: Headers = [['X-WC-Webhook-Signature', text], ...(twice && right ? [right] : []), ...others];
      return one('signatures, wrong', { ...request, headers }, underHeaders(headers, 401));
    });

  const NAMES = [
    ...['X-WC-Webhook-Topic', 'X-WC-Webhook-Source', 'X-WC-Webhook-Delivery-ID', 'X-WC-Webhook-ID', 'Content-Type'],
    ...[
      'X-WC-Webhook-Resource',
      'X-WC-Webhook-Event',
      'Cookie',
      'User-Agent',
      'X-Forwarded-For',
      'Range',
      'If-None-Match',
    ],
    ...['__proto__', 'constructor', 'Upgrade', 'Origin', 'Accept-Encoding', 'Keep-Alive', 'Forwarded', 'Date'],
  ];
  const headers = fc
    .tuple(smallSigned, fc.array(fc.tuple(fc.constantFrom(...NAMES), headerText), { maxLength: 8 }))
    .map(([request, more]) => {
      const all = [...request.headers, ...more];
      return one('headers, strange and twice', { ...request, headers: all }, underHeaders(all, 200));
    });
  const brokenHeaders = fc
    .tuple(
      smallSigned,
      fc.oneof(
        fc.constantFrom('no colon', ': no name', 'A B: c', 'X:\u0000', 'X: a\rb', ' folded', 'X\u0000: y', 'é: y', ''),
        fc.integer({ min: 17_000, max: 200_000 }).map((length) => `X: ${'y'.repeat(length)}`),
        fc
          .integer({ min: 500, max: 5_000 })
          .map((count) => Array.from({ length: count }, (_, i) => `X${i}: y`).join('\r\n')),
        fc.string({ unit: 'binary' }),
      ),
    )
    .map(([request, line]): Shot => {
      const text = renderRequest(request, true).toString('latin1');
      const parts = [
        Buffer.from(
          text.replace('\r\n', () => `\r\n${Buffer.from(line).toString('latin1')}\r\n`),
          'latin1',
        ),
      ];
      return { kind: 'headers, broken or endless', parts, after: 'end', answers: 0 };
    });

  const lengths = fc
    .tuple(
      smallSigned,
      fc.oneof(
        fc.constantFrom(
          '',
          '-1',
          '+5',
          '0',
          '1e3',
          '0x10',
          '5, 5',
          '5, 6',
          'abc',
          '99999999999999999999',
          ' 7 ',
          '7\t',
        ),
        fc.nat(4_000).map(String),
      ),
      fc.constantFrom<Headers>(
        [],
        [['Content-Length', '3']],
        [['Transfer-Encoding', 'chunked']],
        [['Transfer-Encoding', 'gzip, chunked']],
        [['Transfer-Encoding', 'identity']],
        [['Transfer-Encoding', 'chunked, nonsense']],
      ),
      fc.constantFrom<Shot['after']>('end', 'cut'),
      fc.boolean(),
    )
    .map(([request, length, more, after, missing]): Shot => {
      const own: Headers = missing ? [] : [['Content-Length', length]];
      const all: RawRequest = { ...request, headers: [...request.headers, ...own, ...more], framing: 'none' };
      return { kind: 'content-length, wrong or missing', parts: [renderRequest(all, true)], after, answers: 0 };
    });

  const chunked = fc
    .tuple(smallSigned, fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 5 }))
    .map(([request, sizes]) =>
      one(
        'chunked',
        {
          ...request,
          body: chunksOf(request.body, sizes),
          headers: [...request.headers, ['Transfer-Encoding', 'chunked']],
          framing: 'none',
        },
        { allowed: [200] },
      ),
    );
  const brokenChunks = fc
    .tuple(
      smallSigned,
      fc.oneof(
        fc.constantFrom(
          'zz\r\n',
          '-1\r\n',
          '5\n12345',
          'ffffffffffffffff\r\nx',
          '\r\n\r\n',
          '0\r\n',
          '5\r\n1234567\r\n',
        ),
        fc.constantFrom(
          '0\r\nTrailer: x\r\n\r\n',
          '0\r\nContent-Length: 5\r\n\r\n',
          '3;ext="a\r\nabc\r\n',
          '0x5\r\n12345\r\n',
        ),
        fc.nat(40_000).map((length) => `5;${'e'.repeat(length)}\r\n12345\r\n0\r\n\r\n`),
        fc.string({ unit: 'binary' }),
      ),
      fc.boolean(),
      fc.constantFrom<Shot['after']>('end', 'cut'),
    )
    .map(([request, broken, midway, after]): Shot => {
      const head: RawRequest = {
        ...request,
        body: Buffer.alloc(0),
        headers: [...request.headers, ['Transfer-Encoding', 'chunked']],
        framing: 'none',
      };
      const good = chunksOf(request.body, [100]).subarray(0, -5);
      const parts = [renderRequest(head, true), ...(midway ? [good] : []), Buffer.from(broken)];
      return { kind: 'chunked, broken', parts, after, answers: 0 };
    });

  const encoded = fc
    .tuple(
      smallSigned,
      fc.constantFrom('gzip', 'deflate', 'br', 'identity', 'GZIP', 'zstd', 'gzip, gzip', 'x-gzip', '__proto__', ''),
      fc.constantFrom('right', 'raw', 'cut', 'broken', 'bomb', 'trailing'),
    )
    .map(([request, encoding, how]) => {
      const compress = encoding === 'deflate' ? deflateSync : encoding === 'br' ? brotliSync : gzipSync;
      const whole = encoding === 'identity' || encoding === '' ? request.body : compress(request.body);
      const body = {
        right: () => whole,
        raw: () => request.body,
        cut: () => whole.subarray(0, Math.floor(whole.length / 2)),
        broken: () => Buffer.from(whole.map((byte, index) => (index % 11 === 10 ? byte ^ 0x55 : byte))),
        bomb: () => bomb(compress),
        trailing: () => Buffer.concat([whole, Buffer.from('trailing')]),
      }[how]();
      const understood = ['gzip', 'deflate', 'br', 'identity', 'GZIP'].includes(encoding);
      const all: RawRequest = { ...request, body, headers: [...request.headers, ['Content-Encoding', encoding]] };
      const rest = how === 'right' && understood ? { allowed: [200] } : { mayClose: true };
      return one(`content-encoding, ${how}`, all, rest);
    });

  const expectations = fc
    .tuple(
      smallSigned,
      fc.constantFrom('100-continue', '100-Continue', '100-continue, x', '200-ok', '', 'x'.repeat(300)),
    )
    .map(([request, text]): Shot => {
      const all: RawRequest = { ...request, headers: [...request.headers, ['Expect', text]] };
      const bytes = renderRequest(all, true);
      const head = bytes.length - request.body.length;
      // As curl does where a body is long: the headers first.
      const parts = [bytes.subarray(0, head), bytes.subarray(head)];
      return {
        kind: 'expect',
        parts,
        after: 'wait',
        answers: 1,
        allowed: /^100-continue$/i.test(text) ? [200] : [200, 417],
      };
    });

  const pipelined = fc.array(smallSigned, { minLength: 2, maxLength: 8 }).map(
    (requests): Shot => ({
      kind: 'pipelined',
      parts: [Buffer.concat(requests.map((request, index) => renderRequest(request, index === requests.length - 1)))],
      after: 'wait',
      answers: requests.length,
      allowed: [200],
    }),
  );

  const methods = fc
    .tuple(
      smallSigned,
      fc.constantFrom(
        'GET',
        'PUT',
        'PATCH',
        'DELETE',
        'OPTIONS',
        'HEAD',
        'TRACE',
        'CONNECT',
        'PROPFIND',
        'post',
        'FOO',
        'É',
        '',
      ),
      fc.constantFrom('HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', 'HTTP/0.9', 'HTTP/1.1.1', ''),
    )
    .map(
      ([request, method, version]): Shot => ({
        kind: 'methods and versions',
        parts: [renderRequest({ ...request, method, version }, true)],
        after: 'end',
        answers: 0,
      }),
    );
  const http10 = smallSigned.map((request) =>
    one('HTTP/1.0, as WordPress', { ...request, version: 'HTTP/1.0' }, { allowed: [200] }),
  );

  const paths = fc
    .tuple(
      smallSigned,
      fc.oneof(
        fc.constantFrom(
          ...[
            '%',
            '%ff',
            '%00',
            '%2e%2e',
            '..',
            '../stores',
            '/',
            '',
            '__proto__',
            'constructor',
            '%F0%9F%98%80',
            'é',
            '*',
          ],
          ...['%c0%af', 'a%0d%0aX:y', '?', '#', ';', '%25', '%E0%A4%A', ':key', '[', '{}', '"', '\\', 'a/b', 'null'],
        ),
        fc.nat(9_000).map((length) => 'k'.repeat(length)),
        fc.string({ unit: fc.constantFrom(..."abAB09%./?#&=;:@!$'()*+,[]~_-", 'é') }),
      ),
      fc.constantFrom('key', 'after', 'query', 'absolute', 'whole'),
    )
    .map(([request, text, place]) => {
      const path = {
        key: `/v1/webhooks/${text}`,
        after: `${request.path}${text}`,
        query: `${request.path}?a=${text}&__proto__[x]=1`,
        absolute: `http://receiver.example${request.path}${text}`,
        whole: `/${text}`,
      }[place];
      return one('paths and keys', { ...request, path }, { mayClose: true });
    });

  const noise = fc
    .tuple(
      fc.oneof(
        fc.uint8Array({ maxLength: 2_000 }),
        fc.constantFrom(
          Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
          Buffer.from([0x16, 3, 1, 0, 0xa5, 1, 0, 0, 0xa1, 3, 3]),
          Buffer.from('\r\n\r\n\r\n'),
          Buffer.from('GET / HTTP/1.1\r\n'),
        ),
      ),
      fc.constantFrom<Shot['after']>('end', 'cut'),
    )
    .map(([bytes, after]): Shot => ({ kind: 'not even HTTP', parts: [Buffer.from(bytes)], after, answers: 0 }));
  const interrupted = fc
    .tuple(smallSigned, fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom<Shot['after']>('end', 'cut'))
    .map(([request, part, after]): Shot => {
      const bytes = renderRequest(request, true);
      return { kind: 'interrupted', parts: [bytes.subarray(0, Math.floor(bytes.length * part))], after, answers: 0 };
    });

  const weighted = (weight: number, ...arbitraries: fc.Arbitrary<Shot>[]) =>
    arbitraries.map((arbitrary) => ({ weight, arbitrary }));
  return fc.oneof(
    ...weighted(
      6,
      authentic('JSON, any', hostileJson.value),
      authentic('products', hostileJson.product),
      authentic('doorbells', hostileJson.doorbell),
      authentic('JSON, truncated', hostileJson.truncated),
      authentic('bytes, signed', fc.uint8Array({ maxLength: 4_000 })),
      mutated,
      headers,
    ),
    ...weighted(
      3,
      authentic('REST errors', hostileJson.refusal),
      ...[pings, signatures, brokenHeaders, lengths, chunked, brokenChunks, encoded, expectations, pipelined],
      ...[methods, http10, paths, noise, interrupted],
    ),
    ...weighted(1, authentic('JSON, deep', hostileJson.deep), authentic('JSON, huge', hostileJson.huge)),
  );
}

/** Node takes 16 KiB of headers; near that only Node knows. */
function underHeaders(headers: Headers, status: number): Partial<Shot> {
  const length = headers.reduce((sum, [name, value]) => sum + name.length + Buffer.byteLength(value) + 4, 0);
  return length < 14_000 ? { allowed: [status] } : { allowed: [status, 431], mayClose: true };
}

/** @param sizes of the chunks, from the first again when they are used up */
function chunksOf(body: Buffer, sizes: readonly number[]): Buffer {
  const chunks: Buffer[] = [];
  for (let from = 0, index = 0; from < body.length; index += 1) {
    const chunk = body.subarray(from, from + (sizes[index % sizes.length] ?? 1));
    chunks.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n'));
    from += chunk.length;
  }
  return Buffer.concat([...chunks, Buffer.from('0\r\n\r\n')]);
}

const bombs = new Map<unknown, Buffer>();

/** 64 MB that travel as some KB. */
function bomb(compress: (bytes: Buffer) => Buffer): Buffer {
  const made = bombs.get(compress) ?? compress(Buffer.alloc(64_000_000, ' '));
  bombs.set(compress, made);
  return made;
}

/** Brotli's usual effort takes seconds for a bomb. */
function brotliSync(bytes: Buffer): Buffer {
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 3 } });
}
