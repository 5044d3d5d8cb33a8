import express, { type Express, type RequestHandler, type Router } from 'express';
import type { Logger } from 'pino';
import { operatorsOnly } from './authenticate.ts';
import { logOperators } from './log-operators.ts';
import { ProblemError } from './problem-error.ts';
import { sendProblem } from './send-problem.ts';

/** What {@link createApp} puts together. */
export interface AppOptions {
  /** Stand by themselves, ahead of all routers: each of those costs every delivery a few microseconds. Empty: no deliveries here. */
  readonly webhooks: readonly RequestHandler<{ key: string }>[];
  /** Open to everybody. */
  readonly open: readonly Router[];
  /** For operators and, each for its own, connected stores. */
  readonly stores: readonly Router[];
  /** For operators alone. */
  readonly operators: readonly Router[];
  readonly authenticate: RequestHandler;
  readonly log: Logger;
}

/** The HTTP service: its routes, and problem details for all that isn't one. */
export function createApp({ webhooks, open, stores, operators, authenticate, log }: AppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  if (webhooks.length > 0) app.post('/v1/webhooks/:key', ...webhooks);
  for (const router of open) app.use(router);
  app.use('/v1', authenticate, logOperators(log));
  for (const router of stores) app.use(router);
  app.use('/v1', operatorsOnly);
  for (const router of operators) app.use(router);
  app.use(() => {
    throw new ProblemError(404, 'unknown-route', {
      title: 'There is nothing here',
      detail: 'GET /openapi.json lists what there is.',
    });
  });
  app.use(sendProblem(log));
  return app;
}
