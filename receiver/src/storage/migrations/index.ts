import type { Migration } from 'kysely/migration';
import { up as initial } from './0001-initial.ts';
import { up as polling } from './0002-polling.ts';
import { up as orders } from './0003-orders.ts';
import { up as shopPlugins } from './0004-shop-plugins.ts';
import { up as goneStores } from './0005-gone-stores.ts';

/** All migrations by their numbered names; Kysely runs them in this order, each once, under its own lock. */
export const migrations: Record<string, Migration> = {
  '0001-initial': { up: initial },
  '0002-polling': { up: polling },
  '0003-orders': { up: orders },
  '0004-shop-plugins': { up: shopPlugins },
  '0005-gone-stores': { up: goneStores },
};
