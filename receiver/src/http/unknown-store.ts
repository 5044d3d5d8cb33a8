import { ProblemError } from './problem-error.ts';

/** There is none of that id, or none that the caller may know of. */
export function unknownStore(): ProblemError {
  return new ProblemError(404, 'unknown-store', {
    title: 'There is no such store',
    detail: '`receiver stores` lists them.',
  });
}
