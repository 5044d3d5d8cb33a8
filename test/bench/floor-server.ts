import { DatabaseSync } from 'node:sqlite';
import { verifySignature } from '@dstnc/shared';
import express from 'express';
import { Client } from 'pg';

/**
 * The floor that the receiver is measured against, as a program: the least that a durable acknowledgement can cost on this stack.
 * Express, the raw body, the signature, the insert of the body, and one commit for all that arrived in a turn of the event loop and
 * while the commit before was under way. It reads nothing of the body, knows no stores and does nothing afterwards.
 */
const [database = '', port = '', secret = ''] = process.argv.slice(2);

/** Makes bodies durable, in one commit. */
type Insert = (bodies: readonly Buffer[]) => Promise<void>;

function intoSqlite(path: string): Insert {
  const file = new DatabaseSync(path);
  file.exec('pragma journal_mode = wal; pragma synchronous = full;');
  file.exec('create table bodies (id integer primary key, at integer not null, body blob not null)');
  const insert = file.prepare('insert into bodies (at, body) values (?, ?)');
  return async (bodies) => {
    file.exec('begin immediate');
    for (const body of bodies) insert.run(Date.now(), body);
    file.exec('commit');
  };
}

/** One statement, which is a transaction by itself: one way to the server and back, and one flush. */
async function intoPostgres(url: string): Promise<Insert> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query('set synchronous_commit = on');
  await client.query(
    'create table bodies (id bigint generated always as identity, at bigint not null, body bytea not null)',
  );
  const statements = new Map<number, string>();
  const statementFor = (rows: number): string => {
    const held = statements.get(rows);
    if (held !== undefined) return held;
    const values = Array.from({ length: rows }, (_, row) => `($${2 * row + 1}, $${2 * row + 2})`);
    const made = `insert into bodies (at, body) values ${values.join(', ')}`;
    statements.set(rows, made);
    return made;
  };
  return async (bodies) => {
    const now = Date.now();
    await client.query(
      statementFor(bodies.length),
      bodies.flatMap((body) => [now, body]),
    );
  };
}

const insert = database.startsWith('postgres') ? await intoPostgres(database) : intoSqlite(database);

let waiting: { readonly body: Buffer; acknowledge(): void }[] = [];
let committing = false;

async function commit(): Promise<void> {
  while (waiting.length > 0) {
    const batch = waiting;
    waiting = [];
    await insert(batch.map(({ body }) => body));
    for (const { acknowledge } of batch) acknowledge();
  }
  committing = false;
}

const app = express();
app.disable('x-powered-by');
app.disable('etag');
app.post('/', express.raw({ type: () => true, limit: '16mb' }), (request, response) => {
  const body = request.body as Buffer;
  if (!verifySignature(body, request.get('x-wc-webhook-signature') ?? '', [secret])) {
    response.status(401).end();
    return;
  }
  waiting.push({ body, acknowledge: () => response.status(200).end() });
  if (committing) return;
  committing = true;
  setImmediate(() => void commit());
});
app.listen(Number(port), '127.0.0.1');
