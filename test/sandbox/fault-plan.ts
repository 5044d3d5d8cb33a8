import { z } from 'zod';

/** Body of `POST /sandbox/faults`. */
export const faultOrder = z
  .strictObject({
    path: z.enum(['products', 'inventory', 'shipments', 'orders']).optional(),
    status: z.int().min(200).max(599).optional(),
    body: z.unknown().optional(),
    delayMs: z.int().nonnegative().max(600_000).optional(),
    times: z.int().nonnegative().nullable().optional(),
    retryAfter: z.union([z.int().nonnegative(), z.string().min(1)]).optional(),
    hang: z.literal(true).optional(),
    cut: z.literal(true).optional(),
    applied: z.literal(true).optional(),
  })
  .refine((order) => order.status !== undefined || (order.body === undefined && order.retryAfter === undefined), {
    error: 'body and retryAfter need a status',
  })
  .refine((order) => order.status ?? order.delayMs ?? order.hang ?? order.cut ?? order.applied, {
    error: 'say what is to happen: status, delayMs, hang, cut or applied',
  })
  .refine(({ status, hang, cut }) => [status, hang, cut].filter((one) => one !== undefined).length <= 1, {
    error: 'status, hang and cut exclude each other',
  });

/**
 * How the next matching calls fail: after `delayMs`, with `status` (and `retryAfter`, and `body` in place of a problem), without
 * ever answering (`hang`), or by a broken connection (`cut`); with `applied`, the call takes effect first and only its answer
 * is lost. With a delay alone, the call succeeds late. `times`: 1 unless given; 0 or null until cleared.
 */
export type FaultOrder = z.infer<typeof faultOrder>;

/** An order in force; `left` is null until cleared. */
export type Fault = Omit<FaultOrder, 'times'> & { left: number | null };

/** The failures that were asked for and have yet to happen, in the order in which they were asked for. */
export class FaultPlan {
  #faults: Fault[] = [];

  /** What has yet to happen. */
  get pending(): readonly Fault[] {
    return this.#faults;
  }

  /** Asks for a failure. */
  add({ times = 1, ...order }: FaultOrder): void {
    this.#faults.push({ ...order, left: times === 0 ? null : times });
  }

  /** Uses up the first failure that is meant for this route. */
  take(route: string): Fault | undefined {
    const index = this.#faults.findIndex(({ path }) => path === undefined || path === route);
    const fault = this.#faults[index];
    if (fault?.left != null) {
      fault.left -= 1;
      if (fault.left === 0) this.#faults.splice(index, 1);
    }
    return fault;
  }

  /** No more failures. */
  clear(): void {
    this.#faults = [];
  }
}
