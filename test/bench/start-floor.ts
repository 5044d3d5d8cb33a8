import { join } from 'node:path';
import { poll } from '../rig/poll.ts';
import { freePort } from '../store/free-port.ts';
import type { Ground } from './ground.ts';

/**
 * Runs the floor (floor-server.ts) in a process of its own; resolves once it answers.
 *
 * @param databaseUrl of an empty PostgreSQL database; by default it has a SQLite file
 */
export async function startFloor(
  ground: Ground,
  secret: string,
  databaseUrl?: string,
): Promise<{ readonly url: string; readonly pid: number }> {
  const port = await freePort();
  const database = databaseUrl ?? join(ground.folder('floor'), 'floor.db');
  const child = ground.start(join(import.meta.dirname, 'floor-server.ts'), [database, String(port), secret]);
  const url = `http://127.0.0.1:${port}/`;
  await poll(
    () =>
      fetch(url).then(
        () => true,
        () => false,
      ),
    { timeoutMs: 20_000, what: 'the floor to answer' },
  );
  return { url, pid: child.pid ?? 0 };
}
