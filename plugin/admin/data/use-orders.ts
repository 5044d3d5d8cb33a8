import { useCallback, useEffect, useState } from '@wordpress/element';
import { dstncApi } from '../api/dstnc-api.ts';
import type { DstncOrder, OrdersPage, Problem } from '../api/types.ts';
import { useRequest } from './use-request.ts';

/** DSTNC's orders, the newest first, and how many there are. */
export interface Orders {
  /** Null until the first answer. */
  readonly counts: OrdersPage['counts'] | null;
  readonly list: readonly DstncOrder[];
  readonly busy: boolean;
  /** Why there is no answer, or only the shop's. */
  readonly problem: Problem | null;
  /** Older orders, if there are any. */
  readonly more: (() => void) | null;
  /** Reads them again. */
  refresh(): void;
}

/** See {@link Orders}. They are read when `freshness` changes; null: not at all. */
export function useOrders(freshness: string | null): Orders {
  const newest = useRequest(dstncApi.orders);
  const older = useRequest(dstncApi.orders);
  const [shown, setShown] = useState<readonly OrdersPage[]>([]);
  const { run } = newest;
  const { run: runOlder, clear: clearOlder } = older;

  const refresh = useCallback(() => {
    void run(null).then((page) => {
      if (!page) return;
      clearOlder();
      // Older pages go on from the newest one of before: after an order that came meanwhile they would repeat one.
      setShown(([first, ...rest]) => (first?.next === page.next ? [page, ...rest] : [page]));
    });
  }, [run, clearOlder]);
  useEffect(() => {
    if (freshness !== null) refresh();
  }, [freshness, refresh]);

  const next = shown.at(-1)?.next ?? null;
  const more =
    next === null
      ? null
      : () => {
          void runOlder(next).then((page) => page && setShown((before) => [...before, page]));
        };
  return {
    counts: shown[0]?.counts ?? null,
    list: shown.flatMap(({ orders }) => orders),
    busy: newest.busy || older.busy,
    problem: newest.problem ?? older.problem ?? shown[0]?.problem ?? null,
    more,
    refresh,
  };
}
