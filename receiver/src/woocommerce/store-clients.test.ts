import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { aStore } from '../../../test/behaviour/a-store.ts';
import { createStoreClients } from './store-clients.ts';

test('what a store answers is told, whichever of its APIs is asked, and not what one answers that is only being examined', async () => {
  const server = createServer((request, response) => {
    const dead = request.url?.includes('dead');
    response.writeHead(dead ? 401 : 200).end(dead ? '{"code":"woocommerce_rest_cannot_view"}' : '{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const told: unknown[] = [];
  const clients = createStoreClients({
    allowPrivate: true,
    onAnswer: ({ id }, answer, method) => told.push([id, method, answer.ok ? 'ok' : answer.failure.kind]),
  });
  const store = aStore({ url });
  await clients.of(store)?.get('wc/v3/products');
  await clients.of(store)?.post('wc/v3/orders', {});
  await clients.at(store, { restUrl: `${url}/wc-api/v3/`, authentication: 'oauth1' })?.get('dead');
  await clients.fresh(store).get('wc/v3/dead');
  expect(told).toEqual([
    ['st_lamps', 'GET', 'ok'],
    ['st_lamps', 'POST', 'ok'],
    ['st_lamps', 'GET', 'unauthorized'],
  ]);
  await clients.close();
  server.closeAllConnections();
  server.close();
});
