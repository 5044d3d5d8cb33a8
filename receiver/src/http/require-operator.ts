import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';
import { ProblemError } from './problem-error.ts';

/** Lets only operators pass: `Authorization: Bearer $ADMIN_TOKEN`, compared in constant time. */
export function requireOperator(adminToken: string): RequestHandler {
  const wanted = digest(adminToken);
  return (request, _response, next) => {
    const [, token] = /^Bearer +(\S+)$/i.exec(request.get('authorization') ?? '') ?? [];
    if (token !== undefined && timingSafeEqual(digest(token), wanted)) {
      next();
      return;
    }
    throw new ProblemError(401, 'unauthorized', {
      title: "This needs the operator's token",
      detail: 'Send "Authorization: Bearer ADMIN_TOKEN".',
    });
  };
}

/** Equal lengths for the comparison, whatever was sent. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
