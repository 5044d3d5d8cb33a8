import type { Wakeup } from './wakeup.ts';

/** Wakes the workers of this very process. */
export function createEmbeddedWakeup(): Wakeup {
  const listeners = new Set<() => void | Promise<void>>();
  let scheduled = false;
  return {
    async announce(keys) {
      if (keys.length === 0 || scheduled) return;
      scheduled = true;
      setImmediate(() => {
        scheduled = false;
        for (const onWork of listeners) void onWork();
      });
    },
    listen(onWork) {
      listeners.add(onWork);
    },
    async close() {
      listeners.clear();
    },
  };
}
