import { describe, expect, test } from 'vitest';
import type { Claim, Failing } from '../storage/storage.ts';
import { GIVE_UP_AFTER, type GivingUp, giveUp, type StepResult } from './give-up.ts';

const T = 1_790_000_000_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const aClaim = (failing: Failing) =>
  ({ storeId: 'st_1', groupId: 7, markedAt: T, cause: 'webhook', attempts: 4, accepted: null, failing }) as Claim;

const retry: StepResult = {
  kind: 'retry',
  waitingFor: 'DSTNC answered 409',
  dueAt: T + 1,
  inDoubt: true,
  tried: {
    read: { at: T, fields: [{ externalId: '7:0' }] },
    requests: [
      { what: 'product', sentAt: T + 1, answeredAt: T + 2, body: { title: 'Lamp' }, answer: { kind: 'retry' } },
    ],
  },
};

/** Fails at these times, by a try each; `null` in place of a time that counts: something was down as a whole. */
function failing(tries: readonly (readonly [at: number, counts: boolean])[]) {
  let held: Failing = { ms: 0, at: null };
  let last = giveUp(aClaim(held), retry, { now: T, counts: false });
  for (const [now, counts] of tries) {
    last = giveUp(aClaim(held), retry, { now, counts });
    if (last.kind !== 'retry' || last.failing === undefined) throw new Error('it says nothing of its failing');
    held = last.failing;
  }
  return { ...held, last };
}

describe('how long a product has been failing', () => {
  test('is the time from its first failed try to its last', () => {
    expect(failing([[T, true]]).ms).toBe(0);
    expect(
      failing([
        [T, true],
        [T + 10 * MINUTE, true],
        [T + 30 * MINUTE, true],
      ]).ms,
    ).toBe(30 * MINUTE);
  });

  test('leaves out what lies next to a try that failed because something was down as a whole', () => {
    const tries = [
      [T, true],
      [T + 10 * MINUTE, true],
      // DSTNC is down for a while.
      [T + 20 * MINUTE, false],
      [T + 50 * MINUTE, false],
      [T + 60 * MINUTE, true],
      [T + 65 * MINUTE, true],
    ] as const;
    expect(failing(tries).ms).toBe(15 * MINUTE);
  });

  test('leaves out days in which nothing is tried, and a clock that was put back', () => {
    expect(
      failing([
        [T, true],
        [T + 30 * 24 * HOUR, true],
      ]).ms,
    ).toBe(HOUR);
    expect(
      failing([
        [T, true],
        [T - HOUR, true],
      ]).ms,
    ).toBe(0);
  });
});

describe('a product that can not be brought to DSTNC', () => {
  const hourly = (hours: number, counts = true) =>
    failing(Array.from({ length: hours + 1 }, (_, i) => [T + i * HOUR, counts] as const));

  test('is told of after seven days, and goes on being tried, hourly at most', () => {
    const { last: before } = hourly(7 * 24 - 1);
    expect(before).not.toHaveProperty('letter');
    expect(before).toMatchObject({ dueAt: T + 1 });
    const { last } = hourly(7 * 24);
    const now = T + 7 * 24 * HOUR;
    expect(last).toMatchObject({ kind: 'retry', letter: { reason: 'DSTNC answered 409' } });
    expect(last.kind === 'retry' && last.dueAt).toBeGreaterThanOrEqual(now + HOUR);
    expect(last.kind === 'retry' && last.dueAt).toBeLessThanOrEqual(now + 1.25 * HOUR);
  });

  test('is not told of for as long as DSTNC is down, be it months', () => {
    expect(hourly(60 * 24, false).last).not.toHaveProperty('letter');
  });

  test('tells what was read, sent and answered, when, and why it is told', () => {
    const { last } = hourly(7 * 24);
    expect(last.kind === 'retry' && last.letter?.story).toMatchObject({
      explanation: expect.stringMatching(/product 7 .*168 hours.*DSTNC answered 409/),
      step: 'send',
      waitingSince: new Date(T).toISOString(),
      tries: 5,
      lastTryAt: new Date(T + 7 * 24 * HOUR).toISOString(),
      read: { at: new Date(T).toISOString(), fields: [{ externalId: '7:0' }] },
      requests: [{ what: 'product', sentAt: new Date(T + 1).toISOString(), body: { title: 'Lamp' } }],
    });
  });

  test('says where it fails', () => {
    const told = (tried: Extract<StepResult, { kind: 'retry' }>['tried']) => {
      const step = { kind: 'retry', waitingFor: 'x', dueAt: T, inDoubt: false, ...(tried && { tried }) } as const;
      const options: GivingUp = { now: T, counts: true };
      const result = giveUp(aClaim({ ms: GIVE_UP_AFTER, at: T }), step, options);
      return result.kind === 'retry' ? result.letter?.story : undefined;
    };
    expect(told({ read: { at: T, failure: 'cut off' }, requests: [] })).toMatchObject({ step: 'read' });
    expect(told(undefined)).toMatchObject({ step: 'receiver' });
  });

  test('whatever else came of a step stays as it is', () => {
    const forgotten = { kind: 'forgotten' } as const;
    expect(giveUp(aClaim({ ms: GIVE_UP_AFTER, at: T }), forgotten, { now: T, counts: true })).toBe(forgotten);
  });
});
