import { setTimeout as wait } from 'node:timers/promises';

/**
 * Asks until the answer is anything but undefined or false, and gives it.
 * @param what for the message
 * @throws Error after `timeoutMs`, with the last error that asking threw
 */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false>,
  timeoutMs = 20_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
    } catch (error) {
      last = error;
    }
    await wait(20);
  }
  throw new Error(`Waited ${timeoutMs} ms in vain for ${what}.`, { cause: last });
}
