import { useCallback, useEffect, useMemo, useRef, useState } from '@wordpress/element';
import { dstncApi } from '../api/dstnc-api.ts';
import { readProblem } from '../api/read-problem.ts';
import type { PageState, Problem } from '../api/types.ts';
import { Poller } from './poller.ts';

/** Milliseconds between two looks while something moves, and while nothing does. */
const interval = { busy: 1_500, calm: 10_000 } as const;

/** The state of the shop's connection, kept fresh. */
export interface PageStateHandle {
  readonly state: PageState | null;
  /** Why the last look gave nothing; the state is then the one before. */
  readonly problem: Problem | null;
  /** Milliseconds that the shop's clock is ahead of this computer's. */
  readonly clockOffset: number;
  /** Looks now. */
  refresh(): Promise<void>;
  /**
   * Does what changes the state. No look is taken meanwhile, and one under way is dropped: it may show what was before. A
   * state that the work gives is shown; after anything else a new look is taken.
   */
  change<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** See {@link PageStateHandle}. */
export function usePageState(): PageStateHandle {
  const [state, setState] = useState<PageState | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [clockOffset, setClockOffset] = useState(0);
  const pause = useRef<number>(interval.calm);
  /** Grows with each change; what was asked for before it is outdated. */
  const generation = useRef(0);
  const changing = useRef(0);

  const show = useCallback((next: PageState) => {
    const importing = next.connection?.receiverState?.importing;
    pause.current = next.phase === 'connecting' || importing ? interval.busy : interval.calm;
    setState(next);
    setProblem(null);
    setClockOffset(Date.parse(next.now) - Date.now() || 0);
  }, []);

  const poller = useMemo(
    () =>
      new Poller(async () => {
        if (changing.current > 0) return interval.busy;
        const asked = generation.current;
        try {
          const next = await dstncApi.state();
          if (asked === generation.current) show(next);
        } catch (error) {
          if (asked === generation.current) setProblem(readProblem(error));
        }
        return pause.current;
      }),
    [show],
  );

  useEffect(() => {
    poller.start();
    return () => poller.stop();
  }, [poller]);

  const refresh = useCallback(() => poller.now(), [poller]);

  const change = useCallback(
    async <Result>(work: () => Promise<Result>): Promise<Result> => {
      generation.current += 1;
      changing.current += 1;
      let result: Result;
      try {
        result = await work();
      } finally {
        changing.current -= 1;
        generation.current += 1;
      }
      if (isPageState(result)) show(result);
      else await poller.now();
      return result;
    },
    [poller, show],
  );

  return { state, problem, clockOffset, refresh, change };
}

function isPageState(value: unknown): value is PageState {
  return typeof value === 'object' && value !== null && 'phase' in value && 'shop' in value;
}
