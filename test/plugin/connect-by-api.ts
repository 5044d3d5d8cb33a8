import type { Rig } from '../rig/start-rig.ts';
import type { Store } from '../store/store.ts';

/** A step of connecting, as the page gets it. */
interface Step {
  readonly id: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  readonly problem: { readonly code: string; readonly title: string; readonly technical: string } | null;
}

/**
 * Connects a shop, in which the plugin is active, by the calls that the plugin's page makes, where no browser is needed.
 * @throws Error with the step that failed, and why
 */
export async function connectByApi(rig: Pick<Rig, 'invite'>, store: Store, name: string): Promise<void> {
  const call = async (method: string, route: string, body?: unknown) => {
    const answer = await store.rest(method, `dstnc-admin/v1/${route}`, body);
    if (answer.status >= 300) throw new Error(`${method} ${route}: ${answer.status} ${answer.raw.slice(0, 1000)}`);
    return answer.body;
  };
  let attempt = await call('POST', 'attempts', { code: await rig.invite(name), userId: 1 });
  while (!attempt.finished) {
    attempt = await call('POST', `attempts/${attempt.id}/next`);
    const failed = (attempt.steps as Step[]).find(({ state }) => state === 'failed');
    if (failed) throw new Error(`The step "${failed.id}" failed: ${JSON.stringify(failed.problem)}`);
  }
}
