import type { Request, RequestHandler } from 'express';
import type { Logger } from 'pino';
import { logOperatorAction } from '../operators/log-operator-action.ts';
import { callerOf } from './authenticate.ts';

/** Logs what operators change, once it is answered. Stands behind authenticate(). */
export function logOperators(log: Logger): RequestHandler {
  return (request, response, next) => {
    const caller = callerOf(response);
    if (caller.kind !== 'operator' || request.method === 'GET' || request.method === 'HEAD') {
      next();
      return;
    }
    response.once('close', () => {
      const { statusCode: status, writableFinished } = response;
      const made = /^\/v1\/[^/]+\/([^/]+)$/.exec(String(response.getHeader('location') ?? ''))?.[1];
      logOperatorAction(log, {
        who: caller.name,
        action: `${request.method} ${routeOf(request)}`,
        subject: made ?? /^\/v1\/[^/]+\/([^/?]+)/.exec(request.originalUrl)?.[1]?.slice(0, 100) ?? null,
        outcome: !writableFinished ? 'cut off' : status < 400 ? 'done' : status < 500 ? 'refused' : 'failed',
        status,
      });
    });
    next();
  };
}

/** As it is written in the API's description, not as it was called. */
function routeOf({ route }: Request): string {
  const { path } = (route ?? {}) as { path?: unknown };
  return typeof path === 'string' ? path : '(no such route)';
}
