import { aStore } from '@dstnc/test/behaviour/a-store.ts';
import express from 'express';
import { pino } from 'pino';
import request from 'supertest';
import { beforeEach, describe, expect, test } from 'vitest';
import { hashToken } from '../connections/secret-token.ts';
import { authenticate } from './authenticate.ts';
import { createApp } from './create-app.ts';
import { ProblemError } from './problem-error.ts';

const TOKENS = { anna: 'annas-token-of-20-ch', ci: 'the-token-of-ci-0001' };
const STORE_TOKEN = 'dst_of_a_store';

let lines: string[];

beforeEach(() => {
  lines = [];
});

function app(level = 'warn') {
  const operators = express.Router();
  operators.get('/v1/things/:id', (_request, response) => void response.json({}));
  operators.post('/v1/things', (_request, response) => void response.status(201).location('/v1/things/t_new').json({}));
  operators.delete('/v1/things/:id', (_request, response) => void response.status(204).end());
  operators.post('/v1/things/:id/try', () => {
    throw new ProblemError(409, 'no', { title: 'No' });
  });
  operators.post('/v1/things/:id/break', () => {
    throw new Error('broken');
  });
  return createApp({
    webhooks: [],
    open: [],
    stores: [],
    operators: [operators],
    authenticate: authenticate(`anna:${TOKENS.anna},ci:${TOKENS.ci}`, {
      byTokenHash: async (hash) => (hash === hashToken(STORE_TOKEN) ? aStore({ tokenHash: hash }) : null),
      settle: async () => {},
    }),
    log: pino({ level }, { write: (line: string) => lines.push(line) }),
  });
}

const actions = () =>
  lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ audit }) => audit === true);

describe('what an operator does', () => {
  test.each([
    ['anna', 'post', '/v1/things', 'POST /v1/things', 't_new', 'done', 201],
    ['ci', 'delete', '/v1/things/t_1', 'DELETE /v1/things/:id', 't_1', 'done', 204],
    ['ci', 'post', '/v1/things/t_1/try?token=x', 'POST /v1/things/:id/try', 't_1', 'refused', 409],
    ['anna', 'post', '/v1/things/t_1/break', 'POST /v1/things/:id/break', 't_1', 'failed', 500],
    ['anna', 'post', '/v1/nothing/t_1', 'POST (no such route)', 't_1', 'refused', 404],
  ] as const)(
    'is logged with who and what came of it, whatever the level: %s %s %s',
    async (who, method, path, action, subject, outcome, status) => {
      const call = request(app())[method](path);
      await call.set('authorization', `Bearer ${TOKENS[who]}`).send({ secret: 'in the body' });
      expect(actions()).toMatchObject([{ who, action, subject, outcome, status, msg: 'operator action' }]);
      for (const secret of [...Object.values(TOKENS), 'in the body', 'token=x']) {
        expect(lines.join()).not.toContain(secret);
      }
    },
  );

  test('is not logged where nothing is changed, or no operator calls', async () => {
    await request(app()).get('/v1/things/t_1').set('authorization', `Bearer ${TOKENS.anna}`);
    await request(app()).delete('/v1/things/t_1').set('authorization', `Bearer ${STORE_TOKEN}`);
    await request(app()).delete('/v1/things/t_1').set('authorization', 'Bearer wrong');
    expect(actions()).toEqual([]);
  });
});
