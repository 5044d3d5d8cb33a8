import type { RequestHandler } from 'express';
import { operatorOf } from '../operators/operator-of.ts';
import { ProblemError } from './problem-error.ts';

/** Lets only operators pass: `Authorization: Bearer $ADMIN_TOKEN`, compared in constant time. */
export function requireOperator(adminToken: string): RequestHandler {
  const operator = operatorOf(adminToken);
  return (request, _response, next) => {
    const [, token] = /^Bearer +(\S+)$/i.exec(request.get('authorization') ?? '') ?? [];
    if (token !== undefined && operator(token) !== null) {
      next();
      return;
    }
    throw new ProblemError(401, 'unauthorized', {
      title: "This needs the operator's token",
      detail: 'Send "Authorization: Bearer ADMIN_TOKEN".',
    });
  };
}
