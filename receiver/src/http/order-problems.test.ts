import { expect, test } from 'vitest';
import { tooLate } from './order-problems.ts';

test.each([
  ['completed', 'the vendor has completed it, so it is on its way. Ask the vendor.'],
  ['refunded', 'the vendor has refunded it already.'],
  ['trash', 'the vendor has thrown it away. It counts as cancelled, and is not shipped.'],
  ['packed', 'its status in the store is "packed".'],
])('an order that is %s is not cancelled, and why is said', (status, why) => {
  expect(tooLate('PO-1', status).problem).toMatchObject({
    status: 409,
    storeStatus: status,
    detail: `Order PO-1 can't be cancelled any more: ${why}`,
  });
});
