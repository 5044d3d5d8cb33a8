import { DatabaseSync } from 'node:sqlite';
import { verifySignature } from '@dstnc/shared';
import express from 'express';

/**
 * The floor that the receiver is measured against, as a program: the least that a durable acknowledgement can cost on this stack.
 * Express, the raw body, the signature, one prepared insert of the body, and one commit for all that arrived in a turn of the event
 * loop. It reads nothing of the body, knows no stores and does nothing afterwards.
 */
const [path = '', port = '', secret = ''] = process.argv.slice(2);

const database = new DatabaseSync(path);
database.exec('pragma journal_mode = wal; pragma synchronous = full;');
database.exec('create table bodies (id integer primary key, at integer not null, body blob not null)');
const insert = database.prepare('insert into bodies (at, body) values (?, ?)');

let waiting: { readonly body: Buffer; acknowledge(): void }[] = [];

function commit(): void {
  const batch = waiting;
  waiting = [];
  database.exec('begin immediate');
  for (const { body } of batch) insert.run(Date.now(), body);
  database.exec('commit');
  for (const { acknowledge } of batch) acknowledge();
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
  if (waiting.length === 0) setImmediate(commit);
  waiting.push({ body, acknowledge: () => response.status(200).end() });
});
app.listen(Number(port), '127.0.0.1');
