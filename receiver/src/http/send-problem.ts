import type { ErrorRequestHandler } from 'express';
import type { Logger } from 'pino';
import { z } from 'zod';
import { StorageUnavailable } from '../storage/storage-unavailable.ts';
import { ProblemError } from './problem-error.ts';

/** Seconds after which a caller may try again when nothing can be stored. */
const RETRY_AFTER = 5;

/** Turns whatever was thrown into problem details; what nobody expected becomes a bare 500, and its story goes to the log. */
export function sendProblem(log: Logger): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const known = problemOf(error);
    if (known.problem.status >= 500) log.error({ err: error }, known.problem.title);
    if (known.retryAfter !== undefined) response.set('Retry-After', String(known.retryAfter));
    response.status(known.problem.status).type('application/problem+json').send(JSON.stringify(known.problem));
  };
}

function problemOf(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof StorageUnavailable) {
    return new ProblemError(503, 'storage-unavailable', {
      title: 'Nothing can be stored now',
      detail: 'The database is full, locked or gone. Nothing was taken over; send it again later.',
      retryAfter: RETRY_AFTER,
    });
  }
  if (error instanceof z.ZodError) {
    return new ProblemError(422, 'invalid-request', {
      title: 'The request is not as it should be',
      detail: error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`).join('; '),
    });
  }
  // body-parser's errors: too large, aborted, broken encoding, broken JSON.
  const { status, type } = error as { status?: unknown; type?: unknown };
  if (type === 'entity.too.large') {
    return new ProblemError(413, 'too-large', {
      title: 'The body is too large',
      detail: 'See MAX_BODY in the receiver.',
    });
  }
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new ProblemError(status, 'bad-request', { title: 'The request can not be read' });
  }
  return new ProblemError(500, 'internal', {
    title: 'Something went wrong here',
    detail: "The receiver's log says what.",
  });
}
