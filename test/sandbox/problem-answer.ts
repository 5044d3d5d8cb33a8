import { STATUS_CODES } from 'node:http';
import type { Problem } from '@dstnc/shared';
import type { Answer } from './answer.ts';

/**
 * A refusal as RFC 9457 problem details.
 *
 * @param more further members, such as `heldRev`
 */
export function problemAnswer(status: number, detail: string, more: { heldRev?: number } = {}): Answer {
  const problem: Problem = { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail, ...more };
  return { status, json: JSON.stringify(problem) };
}
