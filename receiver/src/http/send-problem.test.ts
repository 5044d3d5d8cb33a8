import express from 'express';
import { pino } from 'pino';
import request from 'supertest';
import { beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { StorageUnavailable } from '../storage/storage-unavailable.ts';
import { authenticate } from './authenticate.ts';
import { createApp } from './create-app.ts';
import { ProblemError } from './problem-error.ts';

let lines: string[];

beforeEach(() => {
  lines = [];
});

function app(thrown: unknown) {
  const open = express.Router();
  open.post('/open', express.json({ limit: 1_000 }), () => {
    throw thrown;
  });
  const operators = express.Router();
  operators.get('/v1/secret', (_request, response) => void response.json({ fine: true }));
  return createApp({
    webhooks: [(_request, response) => void response.end()],
    open: [open],
    stores: [],
    operators: [operators],
    authenticate: authenticate('the-operators-token', { byTokenHash: async () => null, settle: async () => {} }),
    log: pino({ level: 'trace' }, { write: (line: string) => lines.push(line) }),
  });
}

const post = (thrown: unknown) => request(app(thrown)).post('/open');

describe('problem answers', () => {
  test('a problem is told as it is', async () => {
    const problem = new ProblemError(409, 'taken', { title: 'Taken', detail: 'Free it.', more: { heldRev: 9 } });
    const answer = await post(problem);
    expect(answer.status).toBe(409);
    expect(answer.type).toBe('application/problem+json');
    const body = { type: 'urn:dstnc:problem:taken', title: 'Taken', status: 409, detail: 'Free it.', heldRev: 9 };
    expect(JSON.parse(answer.text)).toEqual(body);
  });

  test('no storage is 503 with a time to come back', async () => {
    const answer = await post(new StorageUnavailable(new Error('disk I/O error')));
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '5']);
    expect(answer.text).not.toContain('disk I/O error');
    expect(lines.join()).toContain('disk I/O error');
  });

  test('a request that is wrong is 422 and names what', async () => {
    const read = z.object({ url: z.string(), vendor: z.string() }).safeParse({ url: 5 });
    const answer = await post(read.error);
    expect(answer.status).toBe(422);
    expect((JSON.parse(answer.text) as { detail: string }).detail).toMatch(/url: .*; vendor: /);
  });

  test('broken JSON is 400 and a body that is too large 413', async () => {
    const sent = (body: string) => post(new Error('not reached')).set('content-type', 'application/json').send(body);
    expect((await sent('{')).status).toBe(400);
    expect((await sent(`"${'x'.repeat(2_000)}"`)).status).toBe(413);
    expect((await sent('{')).type).toBe('application/problem+json');
  });

  test.each([new Error('the password is 1234'), 'a string', undefined, null, { status: 200 }])(
    'whatever nobody expected is a bare 500, and its story goes to the log (%#)',
    async (thrown) => {
      const answer = await post(thrown ?? new TypeError('the password is 1234'));
      expect(answer.status).toBe(500);
      expect(answer.text).not.toContain('1234');
      expect(lines).toHaveLength(1);
    },
  );

  test('what is not there is 404', async () => {
    const answer = await request(app(null)).get('/nowhere');
    expect([answer.status, answer.type]).toEqual([404, 'application/problem+json']);
  });

  test.each([
    ['none', undefined, 401],
    ['wrong', 'Bearer wrong', 401],
    ['half', 'Bearer the-operators-toke', 401],
    ['another scheme', 'Basic the-operators-token', 401],
    ['right', 'Bearer the-operators-token', 200],
    ['right, in other letters', 'bearer  the-operators-token', 200],
  ])('the token: %s', async (_name, authorization, status) => {
    const call = request(app(null)).get('/v1/secret');
    const answer = await (authorization === undefined ? call : call.set('authorization', authorization));
    expect(answer.status).toBe(status);
  });
});
