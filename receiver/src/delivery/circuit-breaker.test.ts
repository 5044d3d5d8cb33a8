import { describe, expect, test, vi } from 'vitest';
import { createCircuitBreaker } from './circuit-breaker.ts';

const PROBE_MS = 5_000;

function aBreaker() {
  const onRecovered = vi.fn();
  return { breaker: createCircuitBreaker({ probeMs: PROBE_MS, onRecovered }), onRecovered };
}

describe('circuit breaker', () => {
  test('opens after five failures in a row, and lets one probe through each interval', () => {
    const { breaker } = aBreaker();
    for (let i = 1; i <= 4; i += 1) breaker.failed(`failure ${i}`, i);
    expect([breaker.down, breaker.closedUntil]).toEqual([null, 0]);
    breaker.failed('failure 5', 5);
    expect([breaker.down, breaker.closedUntil]).toEqual([{ since: 5, reason: 'failure 5' }, 5 + PROBE_MS]);
    breaker.failed('the probe failed', 6_000);
    expect([breaker.down, breaker.closedUntil]).toEqual([{ since: 5, reason: 'the probe failed' }, 6_000 + PROBE_MS]);
  });

  test('a success in between starts the count anew', () => {
    const { breaker, onRecovered } = aBreaker();
    for (let i = 0; i < 4; i += 1) breaker.failed('no', 1);
    breaker.succeeded();
    for (let i = 0; i < 4; i += 1) breaker.failed('no', 1);
    expect(breaker.down).toBeNull();
    expect(onRecovered).not.toHaveBeenCalled();
  });

  test('the first success opens the way for all, and says so once', () => {
    const { breaker, onRecovered } = aBreaker();
    for (let i = 0; i < 5; i += 1) breaker.failed('no', 1);
    breaker.succeeded();
    breaker.succeeded();
    expect([breaker.down, breaker.closedUntil]).toEqual([null, 0]);
    expect(onRecovered).toHaveBeenCalledTimes(1);
  });

  test('a wish to be left alone is obeyed at once, without counting as down', () => {
    const { breaker } = aBreaker();
    breaker.failed('429', 100, 2_000);
    expect([breaker.down, breaker.closedUntil]).toEqual([null, 2_100]);
    // A shorter wish of a call that was under way doesn't cut the longer one short.
    breaker.failed('429', 200, 10);
    expect(breaker.closedUntil).toBe(2_100);
  });

  test('a call that was under way and succeeds is no leave to come back early', () => {
    const { breaker } = aBreaker();
    breaker.failed('429', 100, 60_000);
    breaker.succeeded();
    expect(breaker.closedUntil).toBe(60_100);
  });
});
