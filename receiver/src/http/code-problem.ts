import type { CodeFault } from '../connections/open-invitation.ts';
import { ProblemError } from './problem-error.ts';

const PROBLEMS: Readonly<Record<CodeFault, { status: number; title: string; detail: string }>> = {
  malformed: {
    status: 422,
    title: "This isn't a whole connection code",
    detail: 'Copy the code from your DSTNC invitation again, from "dstnc1_" to its last character.',
  },
  foreign: {
    status: 422,
    title: 'This code was not made here',
    detail: 'Copy the code from your DSTNC invitation again. If that does not help, ask DSTNC for a new one.',
  },
  expired: { status: 410, title: 'This code has expired', detail: 'Ask DSTNC for a new one.' },
  used: {
    status: 409,
    title: 'This code was used already',
    detail: 'Each code connects a shop once. Ask DSTNC for a new one.',
  },
};

/** A vendor's connection code that opens nothing, and what the vendor can do. */
export function codeProblem(fault: CodeFault): ProblemError {
  const { status, ...text } = PROBLEMS[fault];
  return new ProblemError(status, `code-${fault}`, text);
}
