import express, { type Express, type Router } from 'express';
import type { Logger } from 'pino';
import { ProblemError } from './problem-error.ts';
import { sendProblem } from './send-problem.ts';

/** What {@link createApp} puts together. */
export interface AppOptions {
  /** Open to everybody: webhooks, health. */
  readonly open: readonly Router[];
  /** Behind the operator's token. */
  readonly operators: readonly Router[];
  readonly operator: express.RequestHandler;
  readonly log: Logger;
}

/** The HTTP service: its routes, and problem details for all that isn't one. */
export function createApp({ open, operators, operator, log }: AppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.use(...open);
  app.use('/v1', operator);
  app.use(...operators);
  app.use(() => {
    throw new ProblemError(404, 'unknown-route', {
      title: 'There is nothing here',
      detail: 'GET /openapi.json lists what there is.',
    });
  });
  app.use(sendProblem(log));
  return app;
}
