import type { Inventory, Product } from '@dstnc/shared';
import type { Sandbox } from '../sandbox/sandbox.ts';

/** Watches what DSTNC is told: nothing may ever be older than what it was told before. */
export interface EffectWatch {
  /** Looks at the calls since the last look; call it often, as the sandbox's log is short. */
  look(): void;
  /** Sends that told DSTNC nothing new. */
  readonly duplicated: number;
  /** Sends that told DSTNC something older, one sentence each. */
  readonly older: readonly string[];
  /** The quantity that DSTNC was last told, by vendor and product id. */
  told(vendor: string, id: number): number;
}

/** Only for stores whose quantities grow (see counting-store.ts). */
export function createEffectWatch(sandbox: Sandbox): EffectWatch {
  const held = new Map<string, number>();
  const older: string[] = [];
  let duplicated = 0;

  function take(vendor: string, { externalId, quantity }: Inventory): void {
    const key = `${vendor} ${externalId}`;
    const before = held.get(key) ?? 0;
    const now = quantity ?? 0;
    if (now === before) duplicated += 1;
    if (now < before) older.push(`${key}: ${now} after ${before}`);
    held.set(key, now);
  }

  return {
    get duplicated() {
      return duplicated;
    },
    older,
    told: (vendor, id) => held.get(`${vendor} ${id}:0`) ?? 0,
    look() {
      const calls = [...sandbox.calls.calls];
      sandbox.calls.clear();
      for (const { status, path, body } of calls) {
        if (status !== 200) continue;
        const vendor = path.split('/')[3] ?? '';
        for (const inventory of inventories(body)) take(vendor, inventory);
      }
    },
  };
}

function inventories(body: unknown): readonly Inventory[] {
  const { items, variants } = (typeof body === 'string' ? JSON.parse(body) : body) as {
    items?: Inventory[];
  } & Partial<Product>;
  return items ?? variants?.map(({ inventory }) => inventory) ?? [];
}
