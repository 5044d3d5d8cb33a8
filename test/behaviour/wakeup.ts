import type { Wakeup } from '@dstnc/receiver/queue/wakeup.ts';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

/** An engine under test. */
export interface OpenedWakeup {
  readonly wakeup: Wakeup;
  destroy(): Promise<void>;
}

const key = { storeId: 'st_1', groupId: 7 };

/** What every engine that wakes the workers must do alike. */
export function wakeupBehaviour(name: string, open: () => Promise<OpenedWakeup>): void {
  describe(`wake-up by ${name}`, () => {
    let opened: OpenedWakeup;
    let wakeup: Wakeup;

    beforeEach(async () => {
      opened = await open();
      wakeup = opened.wakeup;
    });
    afterEach(() => opened.destroy());

    test('an announcement wakes everybody who listens, each time anew', async () => {
      const [one, other] = [vi.fn(), vi.fn()];
      wakeup.listen(one);
      wakeup.listen(other);
      await wakeup.announce([key]);
      await vi.waitFor(() => expect([one.mock.calls.length, other.mock.calls.length]).toEqual([1, 1]));
      await wakeup.announce([key]);
      await vi.waitFor(() => expect([one.mock.calls.length, other.mock.calls.length]).toEqual([2, 2]));
    });

    test('announcements close together may share a call, but none goes unheard', async () => {
      const heard = vi.fn();
      wakeup.listen(heard);
      for (let i = 0; i < 100; i += 1) void wakeup.announce([{ ...key, groupId: i }]);
      await vi.waitFor(() => expect(heard).toHaveBeenCalled());
      expect(heard.mock.calls.length).toBeLessThanOrEqual(100);
      // One that comes while the listener runs is not swallowed by the call that is under way.
      heard.mockReset();
      heard.mockImplementationOnce(() => void wakeup.announce([key]));
      await wakeup.announce([key]);
      await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(2));
    });

    test('nothing is announced, nobody is woken', async () => {
      const heard = vi.fn();
      wakeup.listen(heard);
      await wakeup.announce([]);
      await wakeup.announce([key]);
      await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(1));
    });

    test('after the end nobody is woken, and announcing does no harm', async () => {
      const heard = vi.fn();
      wakeup.listen(heard);
      void wakeup.announce([key]);
      await wakeup.close();
      await expect(wakeup.announce([key])).resolves.toBeUndefined();
      // Whatever was on its way has passed when a later wake-up of the same kind has.
      const later = await open();
      const arrived = vi.fn();
      later.wakeup.listen(arrived);
      await later.wakeup.announce([key]);
      await vi.waitFor(() => expect(arrived).toHaveBeenCalled());
      await later.destroy();
      expect(heard).not.toHaveBeenCalled();
    });
  });
}
