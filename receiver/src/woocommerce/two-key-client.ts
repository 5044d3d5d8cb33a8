import type { StoreAnswer } from './store-answer.ts';
import type { StoreClient } from './store-client.ts';

/**
 * A client for a store that takes one of two keys, nobody knows which: asks with the one that worked last and, where that is refused,
 * with the other.
 *
 * @param likely asked first
 */
export function createTwoKeyClient(likely: StoreClient, other: StoreClient): StoreClient {
  let [first, second] = [likely, other];

  /** @param isRead nothing was changed, whatever became of it */
  async function ask(how: (client: StoreClient) => Promise<StoreAnswer>, isRead: boolean): Promise<StoreAnswer> {
    const [one, another] = [first, second];
    const answer = await how(one);
    if (answer.ok || answer.failure.kind !== 'unauthorized') return answer;
    const retried = await how(another);
    // With the other key it may have been done: that must not look like a refusal.
    if (!retried.ok) return isRead || retried.failure.kind === 'unauthorized' ? answer : retried;
    [first, second] = [another, one];
    return retried;
  }

  return {
    get: (path, query, options) => ask((client) => client.get(path, query, options), true),
    post: (path, body, options) => ask((client) => client.post(path, body, options), false),
    delete: (path, query, options) => ask((client) => client.delete(path, query, options), false),
    get headerStripped() {
      return first.headerStripped;
    },
    get clockOffMs() {
      return first.clockOffMs ?? 0;
    },
    async close() {
      await Promise.all([likely.close(), other.close()]);
    },
  };
}
