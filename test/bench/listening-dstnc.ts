import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What DSTNC was told of a product. */
export interface Told {
  /** As in the call's path. */
  readonly vendor: string;
  readonly groupId: number;
  readonly quantity: number;
  /** Absent in an inventory call. */
  readonly title?: string;
}

/** A DSTNC that accepts everything and says what it was told. */
export interface ListeningDstnc {
  readonly url: string;
  readonly taken: { readonly products: number; readonly inventory: number; readonly items: number };
}

/**
 * @param onAccepted told as the answer goes out
 * @param answerMs how long each answer takes
 */
export function startListeningDstnc(onAccepted: (told: Told) => void, answerMs: number): Promise<ListeningDstnc> {
  const taken = { products: 0, inventory: 0, items: 0 };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => {
        const [, , , vendor = ''] = (request.url ?? '').split('/');
        const body = JSON.parse(Buffer.concat(chunks).toString());
        setTimeout(() => {
          if (request.method === 'PUT') {
            taken.products += 1;
            const quantity = body.variants[0]?.inventory.quantity ?? 0;
            onAccepted({ vendor, groupId: Number(body.groupId), quantity, title: body.title });
          } else {
            taken.inventory += 1;
            taken.items += body.items.length;
            for (const { externalId, quantity } of body.items) {
              onAccepted({ vendor, groupId: Number.parseInt(externalId, 10), quantity });
            }
          }
          response.writeHead(200, { 'content-type': 'application/json', 'content-length': 2 }).end('{}');
        }, answerMs);
      });
  });
  // The server must not keep a finished benchmark alive.
  server.unref();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, taken });
    });
  });
}
