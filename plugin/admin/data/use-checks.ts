import { useCallback, useEffect, useRef, useState } from '@wordpress/element';
import { dstncApi } from '../api/dstnc-api.ts';
import type { CheckReport, Incident } from '../api/types.ts';
import { type RequestHandle, useRequest } from './use-request.ts';

/** The troubleshooter's checks. */
export interface Checks extends Pick<RequestHandle<[], CheckReport>, 'busy' | 'answer' | 'problem'> {
  /** They are being made anew, as someone asked for with `again`. */
  readonly checking: boolean;
  /** They were made anew, or are being, since the page was opened; otherwise they can be some minutes old. */
  readonly own: boolean;
  /** Makes them anew; what they said last stays until then. */
  again(): Promise<void>;
  /** Forgets what they said, because it is no longer so, and makes them anew. */
  afresh(): Promise<void>;
}

/**
 * See {@link Checks}. At first they are what they were last, unless `changed` says that this can't be so any more. Where they
 * are older than the trouble that the page shows, or still show the one that is over, they are made anew. As that
 * can end a trouble, `refresh` is called after it: to look at the shop's state.
 */
export function useChecks(changed: boolean, incident: Incident | null, refresh: () => Promise<void>): Checks {
  const { busy, answer, problem, run, clear } = useRequest(dstncApi.checks);
  const [underWay, setUnderWay] = useState(0);
  const [own, setOwn] = useState(false);

  const fresh = useCallback(async () => {
    setOwn(true);
    await run(true);
    await refresh();
  }, [run, refresh]);
  const again = useCallback(async () => {
    setUnderWay((before) => before + 1);
    await fresh();
    setUnderWay((before) => before - 1);
  }, [fresh]);
  const afresh = useCallback(() => {
    clear();
    return fresh();
  }, [clear, fresh]);

  // At first only: later runs have their own causes.
  useEffect(() => {
    void (changed ? afresh() : run(false));
  }, []);

  const code = incident?.code ?? null;
  const since = incident?.since ?? null;
  /** The trouble that was seen last; null once the checks don't show it any more. */
  const seen = useRef<{ code: string; since: string } | null>(null);
  const checking = underWay > 0;
  useEffect(() => {
    if (!answer || checking) return;
    const before = seen.current;
    seen.current = code !== null && since !== null ? { code, since } : null;
    const outdated =
      since !== null
        ? before?.since !== since && Date.parse(answer.checkedAt) < Date.parse(since)
        : answer.checks.some(({ id, status }) => id === before?.code && status === 'problem');
    if (outdated) void afresh();
  }, [answer, checking, code, since, afresh]);

  return { busy, answer, problem, checking, own, again, afresh };
}
