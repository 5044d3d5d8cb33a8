import type { Response } from 'express';
import type { Answer } from './answer.ts';

/** Sends an answer with as little around it as possible: thousands of them a second go out. */
export function sendAnswer(res: Response, { status, json, retryAfter }: Answer): void {
  const bare = status === 204 || status === 205 || status === 304;
  const headers: Record<string, string | number> = bare
    ? {}
    : {
        'content-type': status < 400 ? 'application/json' : 'application/problem+json',
        'content-length': Buffer.byteLength(json),
      };
  if (retryAfter !== undefined) headers['retry-after'] = retryAfter;
  if (status === 401) headers['www-authenticate'] = 'Bearer';
  res.writeHead(status, headers).end(bare ? undefined : json);
}
