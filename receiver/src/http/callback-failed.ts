import type { CallBack } from '../connections/call-back.ts';
import { ProblemError } from './problem-error.ts';

/** The shop was called back, and that failed: `reason` and `code` say why, `detail` what the vendor can do. */
export function callbackFailed({ code, reason, advice, technical }: Extract<CallBack, { ok: false }>): ProblemError {
  return new ProblemError(502, 'callback-failed', {
    title: "DSTNC couldn't call the shop back",
    detail: advice,
    more: { reason, code, technical },
  });
}
