/** How much of deliveries' bodies may be under way at a time, in bytes. */
export interface BodyBudgetLimits {
  readonly most: number;
  /** Of one store: however slowly, or how much at once, it sends, others get through. */
  readonly mostOfOne: number;
  /** How long one waits for room, in milliseconds; 5 000 unless given. */
  readonly patienceMs?: number;
}

/** Keeps count of what deliveries hold in memory until they are answered. */
export interface BodyBudget {
  /** Sets room aside, once there is some. @returns gives it back; null: there was none for too long */
  take(storeId: string, bytes: number): Promise<(() => void) | null>;
  /** Bytes set aside now. */
  readonly held: number;
}

interface Waiting {
  readonly storeId: string;
  readonly bytes: number;
  grant(giveBack: (() => void) | null): void;
}

/** Deliveries that may wait: each of them is a socket, and little more. */
const MOST_WAITING = 1_000;

/**
 * One for a process: its memory is what is shared. What waits is not read, so that it stays where it is: with its sender, and in the
 * network's buffers.
 */
export function createBodyBudget({ most, mostOfOne, patienceMs = 5_000 }: BodyBudgetLimits): BodyBudget {
  const byStore = new Map<string, number>();
  const queue = new Set<Waiting>();
  let held = 0;

  const fits = (bytes: number) => held + bytes <= most;
  const fitsStore = (storeId: string, bytes: number) => (byStore.get(storeId) ?? 0) + bytes <= mostOfOne;

  function setAside(storeId: string, bytes: number): () => void {
    held += bytes;
    byStore.set(storeId, (byStore.get(storeId) ?? 0) + bytes);
    let given = false;
    return () => {
      if (given) return;
      given = true;
      held -= bytes;
      const left = (byStore.get(storeId) ?? 0) - bytes;
      if (left > 0) byStore.set(storeId, left);
      else byStore.delete(storeId);
      serve();
    };
  }

  /** In order of arrival, but for those whose store has its share. */
  function serve(): void {
    for (const waiting of queue) {
      const { storeId, bytes, grant } = waiting;
      if (!fits(bytes)) return;
      if (!fitsStore(storeId, bytes)) continue;
      queue.delete(waiting);
      grant(setAside(storeId, bytes));
    }
  }

  return {
    async take(storeId, bytes) {
      if (fits(bytes) && fitsStore(storeId, bytes)) return setAside(storeId, bytes);
      if (queue.size >= MOST_WAITING) return null;
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          queue.delete(waiting);
          resolve(null);
        }, patienceMs).unref();
        const waiting: Waiting = {
          storeId,
          bytes,
          grant(giveBack) {
            clearTimeout(timer);
            resolve(giveBack);
          },
        };
        queue.add(waiting);
      });
    },
    get held() {
      return held;
    },
  };
}
