import { describe, expect, test } from 'vitest';
import { createLogger } from '../logger.ts';
import type { StoreAnswer } from '../woocommerce/store-answer.ts';
import { createKeyWatch } from './key-watch.ts';
import type { StoreFlag } from './store.ts';

const accepted: StoreAnswer = { ok: true, status: 200, body: {}, headers: {}, durationMs: 1 };
const failed = (kind: 'unauthorized' | 'server_error'): StoreAnswer => ({
  ok: false,
  failure: { kind, status: 401, code: 'x', excerpt: '', message: `It is ${kind}.`, retryable: false },
});
const store = { id: 'st_1', flags: {} };

function watched() {
  const written: (string | null)[] = [];
  let broken = false;
  const stores = {
    async flag(_id: string, _kind: string, flag: StoreFlag | null) {
      if (broken) throw new Error('locked');
      written.push(flag?.detail ?? null);
    },
  };
  const watch = createKeyWatch({
    storage: { stores } as never,
    onChanged() {},
    log: createLogger('silent'),
    clock: () => 1,
  });
  return {
    watch,
    written,
    breakOff: (whether: boolean) => {
      broken = whether;
    },
  };
}

describe('a dead key', () => {
  test('is written once, and once that it lives again', () => {
    const { watch, written } = watched();
    for (const answer of [accepted, failed('unauthorized'), failed('unauthorized'), accepted, accepted]) {
      watch.follow(store, answer);
    }
    expect(written).toEqual(['It is unauthorized.', null]);
  });

  test('is not what a failing server says', () => {
    const { watch, written } = watched();
    watch.follow(store, failed('server_error'));
    expect(written).toEqual([]);
  });

  test('that a process before this one noticed is over with the first answer', () => {
    const { watch, written } = watched();
    watch.follow({ ...store, flags: { credentials_invalid: { since: 1, detail: 'x' } } }, accepted);
    expect(written).toEqual([null]);
  });

  test('is written with the next answer where it could not be with this one', async () => {
    const { watch, written, breakOff } = watched();
    breakOff(true);
    watch.follow(store, failed('unauthorized'));
    await new Promise(setImmediate);
    breakOff(false);
    watch.follow(store, failed('unauthorized'));
    expect(written).toEqual(['It is unauthorized.']);
  });
});
