import { createEmbeddedWakeup } from '@dstnc/receiver/queue/embedded-wakeup.ts';
import { wakeupBehaviour } from './wakeup.ts';

wakeupBehaviour('the process itself', async () => {
  const wakeup = createEmbeddedWakeup();
  return { wakeup, destroy: () => wakeup.close() };
});
