import type { IncomingMessage } from 'node:http';
import type { Answer } from './answer.ts';
import { idempotencyKey } from './idempotency-key.ts';
import { problemAnswer } from './problem-answer.ts';

/** What is wrong with the headers of a call; undefined where nothing is. */
export function refusal(req: IncomingMessage, token: string | undefined): Answer | undefined {
  const given = /^Bearer +(\S+)$/i.exec(req.headers.authorization ?? '')?.[1];
  if (given === undefined) return problemAnswer(401, 'Send Authorization: Bearer <token>');
  if (token !== undefined && given !== token) return problemAnswer(401, 'This token is not the one that was agreed on');
  if (!idempotencyKey(req)) return problemAnswer(400, 'Send an Idempotency-Key');
  const contentType = req.headers['content-type'] ?? 'none';
  if (!/^application\/json\s*(;|$)/i.test(contentType)) {
    return problemAnswer(415, `Content-Type must be application/json, not ${contentType}`);
  }
  return undefined;
}
