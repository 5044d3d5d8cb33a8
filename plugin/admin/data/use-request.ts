import { useCallback, useEffect, useRef, useState } from '@wordpress/element';
import { readProblem } from '../api/read-problem.ts';
import type { Problem } from '../api/types.ts';

/** One kind of request, what it gave last, and why it failed. */
export interface RequestHandle<Arguments extends readonly unknown[], Answer> {
  readonly busy: boolean;
  readonly answer: Answer | null;
  readonly problem: Problem | null;
  /** Asks; an answer to an earlier question that comes later is dropped. Null if it failed. */
  run(...values: Arguments): Promise<Answer | null>;
  /** Forgets answer and problem, and whatever is under way. */
  clear(): void;
}

/** See {@link RequestHandle}. */
export function useRequest<Arguments extends readonly unknown[], Answer>(
  ask: (...values: Arguments) => Promise<Answer>,
): RequestHandle<Arguments, Answer> {
  const [result, setResult] = useState<{ busy: boolean; answer: Answer | null; problem: Problem | null }>({
    busy: false,
    answer: null,
    problem: null,
  });
  const latest = useRef(0);
  const asker = useRef(ask);
  asker.current = ask;

  useEffect(
    () => () => {
      latest.current += 1;
    },
    [],
  );

  const run = useCallback(async (...values: Arguments) => {
    latest.current += 1;
    const mine = latest.current;
    setResult((before) => ({ ...before, busy: true, problem: null }));
    try {
      const answer = await asker.current(...values);
      if (mine === latest.current) setResult({ busy: false, answer, problem: null });
      return answer;
    } catch (error) {
      if (mine === latest.current) setResult({ busy: false, answer: null, problem: readProblem(error) });
      return null;
    }
  }, []);

  const clear = useCallback(() => {
    latest.current += 1;
    setResult({ busy: false, answer: null, problem: null });
  }, []);

  return { ...result, run, clear };
}
