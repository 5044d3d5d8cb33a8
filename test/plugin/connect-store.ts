import type { Store } from '../store/store.ts';
import { connectByPage, problemOf } from './page-calls.ts';

/**
 * Connects a shop, in which the plugin is active, by the calls that the plugin's page makes.
 * @throws Error with the problem that the page is told of
 */
export async function connectStore(store: Store, code: string, userId = 1): Promise<void> {
  const answer = await connectByPage(store, code, userId);
  if (!answer.body?.finished) {
    throw new Error(`Connecting failed: ${answer.status} ${JSON.stringify(problemOf(answer) ?? answer.body)}`);
  }
}
