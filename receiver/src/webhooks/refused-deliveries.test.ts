import { aStore } from '@dstnc/test/behaviour/a-store.ts';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Storage } from '../storage/storage.ts';
import { StorageUnavailable } from '../storage/storage-unavailable.ts';
import type { Store } from '../stores/store.ts';
import type { WebhookKeeping, WebhookState } from '../woocommerce/keep-webhooks.ts';
import {
  createRefusedDeliveries,
  type RefusedDeliveries,
  type RefusedDeliveriesOptions,
} from './refused-deliveries.ts';

const FLAG = 'deliveries_refused';
const ENABLED: WebhookKeeping = {
  ok: true,
  state: { kind: 'active' } as WebhookState,
  did: { created: 0, enabled: 1, removed: 0 },
  doubt: false,
};
const stores = new Map<string, Store>();
/** What was done, in order. */
let done: string[];
let away: boolean;
/** How often the storage was asked in vain. */
let inVain: number;
/** Happens while the next store is being marked. */
let meanwhile: (() => void) | undefined;
let answers: WebhookKeeping[];
let refused: RefusedDeliveries;

beforeEach(() => {
  stores.clear();
  done = [];
  away = false;
  inVain = 0;
  meanwhile = undefined;
  answers = [];
  refused = start();
});
afterEach(() => refused.stop());

function start(over: Partial<RefusedDeliveriesOptions> = {}): RefusedDeliveries {
  const here = async <T>(work: () => T): Promise<T> => {
    if (away) {
      inVain += 1;
      throw new StorageUnavailable(new Error('locked'));
    }
    return work();
  };
  const storage: Pick<Storage['stores'], 'byId' | 'byWebhookKey' | 'list' | 'flag' | 'update'> = {
    byId: (id) => here(() => stores.get(id) ?? null),
    byWebhookKey: (key) => here(() => [...stores.values()].find(({ webhookKey }) => webhookKey === key) ?? null),
    list: () => here(() => [...stores.values()]),
    flag: (id, kind, flag) =>
      here(() => {
        const store = stores.get(id);
        if (store === undefined) return;
        const { [kind]: _, ...others } = store.flags;
        stores.set(id, { ...store, flags: flag === null ? others : { ...others, [kind]: flag } });
        done.push(`${id} ${flag === null ? 'lowered' : 'raised'}`);
      }),
    update: (id, change, mark) =>
      here(() => {
        const store = stores.get(id);
        if (store) stores.set(id, { ...store, ...change });
        const happens = meanwhile;
        meanwhile = undefined;
        happens?.();
        done.push(`${id} ${mark ? 'marked' : 'changed'}${change.import ? ', to be walked' : ''}`);
        return 1;
      }),
  };
  return createRefusedDeliveries({
    storage: { stores: storage as Storage['stores'] },
    enableWebhooks(store) {
      if (store.credentials === null) return null;
      done.push(`${store.id} asked`);
      return Promise.resolve(answers.shift() ?? ENABLED);
    },
    onMarked: (id) => done.push(`${id} announced`),
    log: pino({ level: 'silent' }),
    clock: () => 1_000_000,
    pauseMs: 1,
    ...over,
  });
}

function add(id: string, over: Partial<Store> = {}): Store {
  const store = aStore({ id, webhookKey: `wh_${id}`, flags: {}, plugin: null, ...over });
  stores.set(id, store);
  return store;
}

const finished = (id: string) => vi.waitFor(() => expect(done.at(-1)).toBe(`${id} lowered`));
const ALL = (id: string) =>
  ['raised', 'marked, to be walked', 'announced', 'asked', 'lowered'].map((step) => `${id} ${step}`);

describe('a refused delivery', () => {
  test('has its store marked and its webhooks switched on, the flag up from first to last', async () => {
    const { webhookKey } = add('a');
    refused.refuse(webhookKey);
    await finished('a');
    expect(done).toEqual(ALL('a'));
  });

  test('is made good when the storage is back, however many there were and however long that took', async () => {
    const keys = ['a', 'b'].map((id) => add(id).webhookKey);
    away = true;
    for (let n = 0; n < 100; n++) for (const key of keys) refused.refuse(key);
    refused.refuse('wh_nobody');
    await vi.waitFor(() => expect(inVain).toBeGreaterThan(3));
    expect(refused.pending).toBe(3);
    expect(done).toEqual([]);
    away = false;
    await vi.waitFor(() => expect(done.filter((step) => step.endsWith('lowered'))).toHaveLength(2));
    for (const id of ['a', 'b']) expect(done.filter((step) => step.startsWith(`${id} `))).toEqual(ALL(id));
    expect(refused.pending).toBe(0);
  });

  test('that comes while its store is marked has it marked once more', async () => {
    const { webhookKey } = add('a');
    meanwhile = () => refused.refuse(webhookKey);
    refused.refuse(webhookKey);
    await vi.waitFor(() => expect(done.filter((step) => step.startsWith('a marked'))).toHaveLength(2));
    await finished('a');
    expect(stores.get('a')?.flags[FLAG]).toBeUndefined();
  });

  test('has its catalogue walked, unless that is under way', async () => {
    const walk = { cause: 'x', startedAt: 5, cursor: 9, walked: 9, total: 9, walkedAt: 6, waitingFor: null };
    for (const [id, held] of Object.entries({ never: null, over: walk, running: { ...walk, walkedAt: null } })) {
      refused.refuse(add(id, { import: held }).webhookKey);
    }
    await vi.waitFor(() => expect(done.filter((step) => step.endsWith('lowered'))).toHaveLength(3));
    expect(done.filter((step) => step.includes('marked')).toSorted()).toEqual([
      'never marked, to be walked',
      'over marked, to be walked',
      'running marked',
    ]);
    expect(stores.get('running')?.import).toMatchObject({ cursor: 9 });
  });

  test('of a store without keys leaves the flag up, as only people know what changed', async () => {
    refused.refuse(add('a', { credentials: null }).webhookKey);
    refused.refuse(add('b').webhookKey);
    await finished('b');
    expect(done.filter((step) => step.startsWith('a '))).toEqual(['a raised', 'a marked', 'a announced']);
    expect(stores.get('a')?.flags[FLAG]?.detail).toContain('save the products again');
  });

  test('of a store that is disconnected changes nothing', async () => {
    refused.refuse(add('a', { disconnectedAt: 5 }).webhookKey);
    refused.refuse(add('b').webhookKey);
    await finished('b');
    expect(done).toEqual(ALL('b'));
  });
});

describe('the webhooks', () => {
  const slow: WebhookKeeping = { ok: false, failure: { kind: 'timeout', timeoutMs: 1, message: '', retryable: true } };

  test('of a shop that is away are asked about until it answers, the flag up all the while', async () => {
    answers = [slow, slow];
    refused.refuse(add('a').webhookKey);
    await finished('a');
    expect(done.filter((step) => step === 'a asked')).toHaveLength(3);
  });

  test('of a shop that refuses are not asked about for ever', async () => {
    answers = [{ ok: false, failure: { kind: 'unauthorized', status: 401, code: 'x', message: '', retryable: false } }];
    refused.refuse(add('a').webhookKey);
    await finished('a');
    expect(done.filter((step) => step === 'a asked')).toHaveLength(1);
  });
});

describe('a process', () => {
  test('takes up what the one before has left half done', async () => {
    add('a', { flags: { [FLAG]: { since: 1, detail: '' } } });
    add('b', { flags: { clone: { since: 1, detail: '' } } });
    add('c', { credentials: null, flags: { [FLAG]: { since: 1, detail: '' } } });
    await refused.resume();
    await finished('a');
    expect(done).toEqual(ALL('a'));
  });

  test('that is told of more addresses than it can remember marks every store', async () => {
    const keys = ['a', 'b', 'c'].map((id) => add(id).webhookKey);
    away = true;
    for (let n = 0; n < 20_000; n++) refused.refuse(`wh_${n}`);
    for (const key of keys) refused.refuse(key);
    expect(refused.pending).toBe(20_000);
    away = false;
    await vi.waitFor(() => expect(done.filter((step) => step.endsWith('lowered'))).toHaveLength(3), 10_000);
  });

  test('ends while nothing can be stored', async () => {
    away = true;
    refused.refuse(add('a').webhookKey);
    await refused.stop();
    expect(done).toEqual([]);
  });
});
