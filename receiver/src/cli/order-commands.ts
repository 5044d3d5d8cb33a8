import { orderReference } from '@dstnc/shared';
import type { Command } from 'commander';
import { plainText } from '../catalog/plain-text.ts';
import { orderListView, orderReportView } from '../orders/order-view.ts';
import type { OrderKey } from '../storage/order-rows.ts';
import type { Storage } from '../storage/storage.ts';
import { CommandFailed, EXIT } from './command-failed.ts';
import { printJson } from './print-json.ts';
import { printTable } from './print-table.ts';
import { shortTime } from './short-time.ts';
import { changing, withStorage } from './with-storage.ts';

/** Most orders of one list. */
const MOST = 100;

/** `receiver orders …`: DSTNC's orders in a store, and what has become of them. */
export function addOrderCommands(program: Command): void {
  const orders = program.command('orders').description("DSTNC's orders in a store");

  orders
    .command('list', { isDefault: true })
    .description('list them, the newest first')
    .argument('<store>', 'id of the store')
    .option('--before <page>', 'go on where a list before has ended')
    .option('--json', 'as JSON')
    .action((storeId: string, { before, json }: { before?: string; json?: boolean }) =>
      withStorage(async ({ storage }) => {
        await requireStore(storage, storeId);
        const page = await storage.orders.list(storeId, { limit: MOST, ...(before !== undefined && { before }) });
        const counts = await storage.orders.counts(storeId);
        const view = orderListView(page, counts);
        if (json) return printJson(view);
        if (view.orders.length === 0) return console.log('No orders.');
        printTable(
          ['REFERENCE', 'ORDER', 'STATE', 'TRACKING', 'PLACED', 'LAST ERROR'],
          page.orders.map((row, index) => [
            row.reference,
            row.storeOrderNumber ?? '—',
            row.state,
            view.orders[index]?.tracking.map(({ carrier, number }) => `${carrier ?? ''} ${number}`.trim()).join(', ') ||
              '—',
            shortTime(row.placedAt),
            (row.lastError ?? '').slice(0, 100),
          ]),
        );
        const { toShip, shipped, attention } = counts;
        console.log(
          `\n${toShip} to ship · ${shipped} shipped · ${attention} ${attention === 1 ? 'needs' : 'need'} attention`,
        );
        if (page.next !== null) console.log(`More: receiver orders list ${storeId} --before ${page.next}`);
      }),
    );

  orders
    .command('show')
    .description('the whole story of one')
    .argument('<store>', 'id of the store')
    .argument('<reference>', "DSTNC's number of the order")
    .option('--json', 'as JSON')
    .action((storeId: string, reference: string, { json }: { json?: boolean }) =>
      withStorage(async ({ storage }) => {
        const row = await storage.orders.byReference(await keyOf(storage, storeId, reference));
        if (row === null) throw unknown(storeId, reference);
        const view = orderReportView(row);
        if (json) return printJson(view);
        const number =
          row.storeOrderNumber === null ? 'not in the store' : `order ${row.storeOrderNumber} in the store`;
        const lines = [
          `${row.reference}  ${number}  ${row.state}${row.status === null ? '' : ` (${row.status})`}`,
          `${row.total} ${row.currency} · placed ${shortTime(row.placedAt)} UTC · ${row.personal ? 'addresses are kept here' : 'addresses are erased here'}`,
          ...(row.lastError === null ? [] : [`error    ${row.lastError}`]),
          ...row.shipments.map(
            ({ draft, acceptedAt }) =>
              `shipped  ${draft.shipmentId} ${draft.carrier ?? ''} ${draft.trackingNumber ?? 'without tracking'} (${draft.source}) · accepted ${shortTime(acceptedAt)}`,
          ),
          ...(row.change === null
            ? []
            : [`changed  ${row.change.draft.status} · accepted ${shortTime(row.change.acceptedAt)}`]),
          ...row.history.map(({ at, what }) => `${shortTime(at)}  ${what}`),
        ];
        for (const line of lines) console.log(plainText(line));
      }),
    );

  orders
    .command('resend')
    .description('read one again and tell DSTNC of it anew; it can neither be placed nor shipped twice by that')
    .argument('<store>', 'id of the store')
    .argument('<reference>', "DSTNC's number of the order")
    .action((storeId: string, reference: string) =>
      changing('receiver orders resend', `${storeId} ${reference}`, async ({ storage, clock }) => {
        const key = await keyOf(storage, storeId, reference);
        // A running server looks every second.
        if (!(await storage.orders.resend(key, 'sent again for an operator', clock())))
          throw unknown(storeId, reference);
        console.log('It is sent again, by the running server or at its next start.');
      }),
    );

  orders
    .command('erase')
    .description('forget the addresses of one; the shop keeps its own')
    .argument('<store>', 'id of the store')
    .argument('<reference>', "DSTNC's number of the order")
    .action((storeId: string, reference: string) =>
      changing('receiver orders erase', `${storeId} ${reference}`, async ({ storage }) => {
        switch (await storage.orders.erase(await keyOf(storage, storeId, reference))) {
          case 'unknown':
            throw unknown(storeId, reference);
          case 'needed':
            throw new CommandFailed('The order is being placed: its addresses are needed until it is in the store.');
          case 'erased':
            console.log('Its addresses are erased here.');
        }
      }),
    );
}

async function requireStore(storage: Storage, storeId: string): Promise<void> {
  if ((await storage.stores.byId(storeId)) !== null) return;
  throw new CommandFailed(`There is no store ${storeId}. List them: receiver stores`, EXIT.unknown);
}

async function keyOf(storage: Storage, storeId: string, reference: string): Promise<OrderKey> {
  await requireStore(storage, storeId);
  const read = orderReference.safeParse(reference);
  if (!read.success) throw unknown(storeId, reference);
  return { storeId, reference: read.data };
}

function unknown(storeId: string, reference: string): CommandFailed {
  return new CommandFailed(
    plainText(`There is no order ${reference} in ${storeId}. List them: receiver orders list ${storeId}`),
    EXIT.unknown,
  );
}
