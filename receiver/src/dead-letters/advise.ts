import type { DeadLetter } from '../storage/storage.ts';

/** What an operator can do about a dead letter, in words. */
export function advise({ id, kind, storeId, subject, story }: DeadLetter): string {
  switch (kind) {
    case 'delivery':
      return `Nothing in it names a product. If the store has keys, POST /v1/stores/${storeId}/sync finds what it may have meant. Then discard it: receiver dead-letters discard ${id}. If more of them come, ask the vendor what changes the shop's webhooks.`;
    case 'rejection':
      return `Have the vendor mend in the shop what DSTNC names; the product is tried again at its next change. To try it as it is now: receiver dead-letters replay ${id}. If it shall stay as it is: receiver dead-letters discard ${id}.`;
    case 'undeliverable':
      return `${STEPS[stepOf(story)](storeId, subject)} It is tried again about once an hour, and this letter closes by itself once DSTNC accepts it. At once: receiver dead-letters replay ${id}. Not any more until its next change: receiver dead-letters discard ${id}.`;
    case 'unreadable':
      return `Look at the shop from outside: receiver doctor ${storeId}. Ask the vendor to mend what it says; a refused key needs new ones (PATCH /v1/stores/${storeId}). If the shop is gone for good, disconnect it: DELETE /v1/stores/${storeId} withdraws its products. It is tried every few seconds, and this letter closes by itself once the store answers. To hear nothing of it for a week: receiver dead-letters discard ${id}.`;
  }
}

/** By where the step ends that fails. */
const STEPS = {
  read: (storeId: string, subject: string) =>
    `The shop does not show this product, while it shows others: ask the vendor to open product ${subject} in wp-admin and to save it, and to look into the shop's error log (receiver doctor ${storeId} says how the shop is as a whole).`,
  send: () =>
    'DSTNC does not take this product, while it takes others: give DSTNC the last request and its answer, as they stand in the story.',
  receiver: () => 'The receiver itself fails with this product: its log has the whole error; report it.',
};

function stepOf(story: unknown): keyof typeof STEPS {
  const { step } = (story ?? {}) as { step?: unknown };
  return step === 'read' || step === 'send' ? step : 'receiver';
}
