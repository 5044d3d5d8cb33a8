import { orderIn } from '@dstnc/shared';
import { describe, expect, test } from 'vitest';
import { anOrder } from '../../../test/orders/an-order.ts';
import type { OrderClaim, PlacingProgress } from '../storage/order-rows.ts';
import { judgeAnswer } from '../woocommerce/judge-answer.ts';
import type { StoreAnswer } from '../woocommerce/store-answer.ts';
import type { StoreClient } from '../woocommerce/store-client.ts';
import { isUntouched } from './is-untouched.ts';
import { placeByPlugin } from './place-by-plugin.ts';

type Said = { readonly status: number; readonly body: unknown };

const PLACED = { orderId: 8, reference: 'PO-1', number: '8', status: 'processing' };
const invalid = (params: Record<string, string>) => ({
  status: 400,
  body: {
    code: 'rest_invalid_param',
    message: `Invalid parameter(s): ${Object.keys(params).join(', ')}`,
    data: { status: 400, params, details: {} },
  },
});
const NO_STATUS = {
  status: 400,
  body: { code: 'rest_invalid_param', message: 'The shop knows no status packing.', data: { status: 400 } },
};
const DOWN = { status: 500, body: { code: 'internal_server_error', message: 'No.', data: { status: 500 } } };

/** A store whose plugin says these things one after the other; what it is asked stands in `asked`. */
function aShop(...said: readonly Said[]) {
  const left = [...said];
  const asked: string[] = [];
  const answer = async (call: string): Promise<StoreAnswer> => {
    asked.push(call);
    const { status, body } = left.shift() ?? DOWN;
    const judged = judgeAnswer({ status, headers: {}, text: JSON.stringify(body), mask: (text) => text });
    return judged.ok ? { ...judged, status, headers: {}, durationMs: 1, stripped: true } : judged;
  };
  const client = {
    get: (path: string, query: object) => answer(`GET ${path} ${JSON.stringify(query)}`),
    post: (path: string) => answer(`POST ${path}`),
  } as unknown as StoreClient;
  return { client, asked };
}

function place(
  client: StoreClient,
  { progress = {}, waits = 0, reference = 'PO-1', saved } = {} as {
    progress?: PlacingProgress;
    saved?: PlacingProgress[];
    waits?: number;
    reference?: string;
  },
) {
  let left = waits;
  let now = 1;
  return placeByPlugin({
    client,
    claim: { reference, fingerprint: 'f', progress } as OrderClaim,
    order: orderIn.parse(anOrder(reference, 7)),
    status: 'processing',
    backorders: 'deny',
    clock: () => now,
    save: async (facts) => void saved?.push(facts.progress ?? {}),
    async wait(ms) {
      now += ms;
      return left-- > 0;
    },
  });
}

describe('what the plugin will never take', () => {
  test('is refused in its words', async () => {
    const { client } = aShop(
      invalid({ lines: 'lines[0][total] does not match pattern x.', total: 'total does not match pattern x.' }),
    );
    expect(await place(client)).toMatchObject({
      kind: 'refused',
      refusal: {
        type: 'order-refused',
        detail:
          'The DSTNC plugin in the shop refuses the order: lines[0][total] does not match pattern x. total does not match pattern x.',
        more: { code: 'rest_invalid_param' },
      },
    });
  });

  test('as a status that the shop does not have', async () => {
    expect(await place(aShop(NO_STATUS).client)).toMatchObject({
      kind: 'refused',
      refusal: { detail: 'The DSTNC plugin in the shop refuses the order: The shop knows no status packing.' },
    });
  });
});

describe('what the plugin took before, and doesn’t take any more', () => {
  const progress = { via: 'plugin', inDoubt: true } as const;

  test('is placed, where it is there', async () => {
    const { client, asked } = aShop(NO_STATUS, { status: 200, body: { orders: [PLACED], gone: [], unknown: [] } });
    expect(await place(client, { progress })).toMatchObject({ kind: 'placed', facts: { storeOrderId: 8 } });
    expect(asked[1]).toBe('GET wc-dstnc/v1/orders {"references":"PO-1"}');
  });

  test('is refused, where it is not', async () => {
    const { client } = aShop(DOWN, NO_STATUS, { status: 200, body: { orders: [], gone: [], unknown: ['PO-1'] } });
    expect(await place(client, { waits: 1 })).toMatchObject({ kind: 'refused' });
  });

  test.each([
    ['that can’t be told', DOWN, 'PO-1'],
    ['it is half made', { status: 200, body: { orders: [{ ...PLACED, status: 'pending' }], unknown: [] } }, 'PO-1'],
    ['it can’t be asked for by its name', DOWN, 'PO 1'],
  ])('waits, where %s', async (_what, found, reference) => {
    const { client } = aShop(NO_STATUS, found);
    expect(await place(client, { progress, reference })).toMatchObject({ kind: 'waiting' });
  });
});

test('where the shop has certainly not heard of it, it is as if it had never been asked', async () => {
  const saved: PlacingProgress[] = [];
  const { client } = aShop({ status: 401, body: { code: 'woocommerce_rest_authentication_error' } });
  expect(await place(client, { saved })).toMatchObject({ kind: 'waiting' });
  expect(saved.map(isUntouched)).toEqual([false, true]);
});

describe('what DSTNC doesn’t want any more', () => {
  const progress = { via: 'plugin', inDoubt: true, createdAt: 1, unwantedAt: 3 } as const;
  const UNKNOWN = { status: 404, body: { code: 'dstnc_unknown_order', message: 'No.', data: { status: 404 } } };

  test('is cancelled where the plugin has it, and never asked for again', async () => {
    const { client, asked } = aShop({ status: 200, body: { ...PLACED, status: 'cancelled' } });
    expect(await place(client, { progress })).toMatchObject({
      kind: 'placed',
      facts: { storeOrderId: 8, status: 'cancelled', progress: { via: 'plugin' } },
    });
    expect(asked).toEqual(['POST wc-dstnc/v1/orders/cancel']);
  });

  test('is taken back where the plugin doesn’t know it for as long as it may still hear of it', async () => {
    const { client, asked } = aShop(...Array.from({ length: 40 }, () => UNKNOWN));
    expect(await place(client, { progress, waits: 40 })).toEqual({ kind: 'withdrawn', progress: {} });
    expect(asked).toHaveLength(31);
  });

  test('is what it is, where it was shipped by then', async () => {
    const late = {
      status: 409,
      body: { code: 'dstnc_too_late', message: 'No.', data: { status: 409, orderStatus: 'completed' } },
    };
    const found = { status: 200, body: { orders: [{ ...PLACED, status: 'completed' }], gone: [], unknown: [] } };
    expect(await place(aShop(late, found).client, { progress })).toMatchObject({
      kind: 'placed',
      facts: { status: 'completed' },
    });
  });
});
