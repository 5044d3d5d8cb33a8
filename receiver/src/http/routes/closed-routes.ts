import { Router } from 'express';
import { ProblemError } from '../problem-error.ts';

/** In place of all that stores, DSTNC and operators call, in a process that has not the role for it. */
export function closedRoutes(): Router {
  return Router().use('/v1', () => {
    throw new ProblemError(404, 'not-served-here', {
      title: 'This process takes no calls',
      detail: 'Its ROLE leaves out "ingest": let the proxy send calls only to processes that have it.',
    });
  });
}
