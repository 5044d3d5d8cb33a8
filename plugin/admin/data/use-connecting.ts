import { useCallback, useEffect, useRef, useState } from '@wordpress/element';
import { dstncApi } from '../api/dstnc-api.ts';
import { readProblem } from '../api/read-problem.ts';
import type { Attempt, Problem } from '../api/types.ts';
import type { PageStateHandle } from './use-page-state.ts';

/** Connecting, as this page drives it: the shop does one step for each request. */
export interface Connecting {
  /** The try to show; null: none is under way. */
  readonly attempt: Attempt | null;
  /** This page asks for the steps, and one is being done. */
  readonly running: boolean;
  /** Why no try could be started: the code, mostly. */
  readonly refusal: Problem | null;
  /** Why the page lost sight of a try; it can be gone on with. */
  readonly interruption: Problem | null;
  start(code: string, userId: number): Promise<void>;
  /** Again: goes on with an interrupted try, starts a failed one from its beginning, gives false if that takes the code anew. */
  again(): boolean;
  /** Ends the try; what it made is taken back. */
  giveUp(): Promise<void>;
}

/** See {@link Connecting}. */
export function useConnecting({ state, change }: PageStateHandle): Connecting {
  const [own, setOwn] = useState<Attempt | null>(null);
  const [dismissed, setDismissed] = useState<string | null>(null);
  const [running, setRunning] = useState(false);
  const [refusal, setRefusal] = useState<Problem | null>(null);
  const [interruption, setInterruption] = useState<Problem | null>(null);
  /** What the try was started with; gone after a reload, on purpose. */
  const given = useRef<{ code: string; userId: number } | null>(null);
  const driven = useRef<string | null>(null);

  const reported = state?.attempt ?? null;
  const shown = reported && !reported.finished && reported.id !== dismissed && (reported.mine || !reported.failed);
  const attempt = own ?? (shown ? reported : null);

  const drive = useCallback(
    async (from: Attempt) => {
      driven.current = from.id;
      setInterruption(null);
      setRunning(true);
      try {
        await change(async () => {
          let now = from;
          while (driven.current === from.id && !now.failed && !now.finished) {
            now = await dstncApi.nextStep(from.id);
            if (driven.current === from.id) setOwn(now);
          }
        });
      } catch (error) {
        if (driven.current === from.id) setInterruption(readProblem(error));
      } finally {
        if (driven.current === from.id) setRunning(false);
      }
    },
    [change],
  );

  const start = useCallback(
    async (code: string, userId: number) => {
      given.current = { code, userId };
      setRefusal(null);
      setRunning(true);
      try {
        const started = await dstncApi.startAttempt(code, userId);
        setOwn(started);
        await drive(started);
      } catch (error) {
        setRunning(false);
        setOwn(null);
        setRefusal(readProblem(error));
      }
    },
    [drive],
  );

  // After a reload: goes on where it was.
  useEffect(() => {
    if (own || !reported?.mine || reported.failed || reported.finished || driven.current === reported.id) return;
    setOwn(reported);
    void drive(reported);
  }, [own, reported, drive]);

  const again = useCallback(() => {
    if (attempt && interruption) {
      void drive(attempt);
      return true;
    }
    const codeIsToBlame = attempt?.steps.some((step) => step.problem && /^code[-_]/.test(step.problem.code)) ?? false;
    if (given.current && !codeIsToBlame) {
      void start(given.current.code, given.current.userId);
      return true;
    }
    setDismissed(attempt?.id ?? null);
    setOwn(null);
    return false;
  }, [attempt, interruption, drive, start]);

  const giveUp = useCallback(async () => {
    const id = attempt?.id;
    driven.current = null;
    if (id === undefined) return;
    setRunning(true);
    try {
      await change(() => dstncApi.giveUp(id));
    } catch (error) {
      // One that failed has been taken back already: there is nothing to hold the vendor up with.
      if (!attempt?.failed) {
        setInterruption(readProblem(error));
        setRunning(false);
        return;
      }
    }
    setOwn(null);
    setDismissed(id);
    setInterruption(null);
    setRunning(false);
  }, [attempt, change]);

  return { attempt, running, refusal, interruption, start, again, giveUp };
}
