import { setTimeout as pause } from 'node:timers/promises';

/** What was answered to an order in the end. */
export interface PlacedAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every form
  readonly body: any;
  /** Requests that it took. */
  readonly tries: number;
}

/** DSTNC as it should be: repeats an order with its key until it is told what became of it. */
export function createDstncClient({ url, token }: { url: () => string; token: string }) {
  async function once(storeId: string, order: { reference: string }, key: string) {
    const response = await fetch(`${url()}/v1/stores/${storeId}/orders`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'idempotency-key': key, 'content-type': 'application/json' },
      body: JSON.stringify(order),
    });
    // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every form
    return { status: response.status, body: (await response.json()) as any };
  }

  return {
    once,
    /** @throws Error where there is no answer within that time */
    async place(storeId: string, order: { reference: string }, timeoutMs = 600_000): Promise<PlacedAnswer> {
      const until = Date.now() + timeoutMs;
      let last = 'nothing';
      for (let tries = 1; Date.now() < until; tries++) {
        // A receiver that was killed answers nothing.
        const answer = await once(storeId, order, `key-${order.reference}`).catch(() => null);
        if (answer !== null && ![409, 500, 502, 503].includes(answer.status)) return { ...answer, tries };
        last = answer === null ? 'no answer' : JSON.stringify(answer.body);
        await pause(1_000);
      }
      throw new Error(`${order.reference} was never answered: ${last}`);
    },
  };
}
