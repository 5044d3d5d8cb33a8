import { render, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { describe, expect, test } from 'vitest';
import { FakeShop } from '../testing/fake-shop.ts';
import { connected, now, order, ordersPage, problemOf, refusal } from '../testing/states.ts';
import { DstncPage } from './dstnc-page.tsx';

const user = userEvent.setup();

async function card(): Promise<HTMLElement> {
  return (await screen.findByRole('heading', { name: 'Orders from DSTNC' })).closest('section')!;
}

async function openList(): Promise<HTMLElement> {
  await user.click(await screen.findByRole('button', { name: 'Show the orders' }));
  return screen.getByRole('heading', { name: 'The orders, newest first' }).closest('section')!;
}

function line(list: HTMLElement, reference: string): HTMLElement {
  return within(list).getByText(reference, { selector: 'strong' }).closest('li')!;
}

describe('orders from DSTNC', () => {
  test('are counted, and the list opens where the focus goes', async () => {
    new FakeShop(connected()).on('GET /orders', () => ordersPage([order('PO-1')]));
    render(<DstncPage arrivedWith="" />);
    const words = within(await card());
    expect((await words.findAllByRole('listitem')).map((item) => item.textContent)).toEqual([
      '2 to ship',
      '118 shipped',
      '1 needs attention',
    ]);
    const list = await openList();
    expect(document.activeElement).toBe(within(list).getByRole('heading'));
    expect(screen.getByRole('button', { name: 'Hide the orders' }).getAttribute('aria-expanded')).toBe('true');
    await user.click(screen.getByRole('button', { name: 'Hide the orders' }));
    expect(screen.queryByRole('heading', { name: 'The orders, newest first' })).toBeNull();
  });

  test('say what became of each, with ways to the order and to its parcels', async () => {
    new FakeShop(connected()).on('GET /orders', () =>
      ordersPage([
        order('PO-3', { state: 'placed', label: 'To ship', tracking: [], canSendAgain: false }),
        order('PO-2', { state: 'attention', label: 'Needs attention', lastError: 'Unknown carrier.', editUrl: null }),
        order('PO-1', { tracking: [{ carrier: 'Van', number: '7', url: 'javascript:alert(1)' }] }),
      ]),
    );
    render(<DstncPage arrivedWith="" />);
    const list = await openList();
    const toShip = within(line(list, 'PO-3'));
    expect(toShip.getByText(/To ship/)).toBeTruthy();
    expect(toShip.queryByRole('button')).toBeNull();
    expect(toShip.getByRole('link', { name: '#1042' }).getAttribute('href')).toContain('post=1042');
    const trouble = within(line(list, 'PO-2'));
    expect(trouble.getByText('DSTNC said last: Unknown carrier.')).toBeTruthy();
    expect(trouble.getByRole('link', { name: /^00340/ }).getAttribute('href')).toBe('https://dhl.example/00340');
    expect(trouble.queryByRole('link', { name: '#1042' })).toBeNull();
    // An address that is none is no link.
    expect(within(line(list, 'PO-1')).queryByRole('link', { name: '7' })).toBeNull();
    expect(line(list, 'PO-1').textContent).toContain('Van 7');
  });

  test('are sent again one by one, and read again after it', async () => {
    const shop = new FakeShop(connected())
      .on('GET /orders', () => ordersPage([order('PO/2 ü'), order('PO-1')]))
      .on('POST /orders/resend', () => ({ message: 'DSTNC reads order PO/2 ü again.' }));
    render(<DstncPage arrivedWith="" />);
    const list = await openList();
    const read = shop.count('GET /orders');
    await user.click(within(list).getByRole('button', { name: /^Send again\s*PO\/2 ü$/ }));
    await within(line(list, 'PO/2 ü')).findByText('DSTNC reads order PO/2 ü again.');
    expect(shop.calls.find(({ route }) => route === 'POST /orders/resend')?.data).toEqual({ reference: 'PO/2 ü' });
    await waitFor(() => expect(shop.count('GET /orders')).toBeGreaterThan(read));
    expect(within(line(list, 'PO-1')).queryByText(/reads order/)).toBeNull();
  });

  test('a refusal stands at its order', async () => {
    new FakeShop(connected())
      .on('GET /orders', () => ordersPage([order('PO-1')]))
      .on('POST /orders/resend', () => {
        throw refusal(problemOf('unknown_order'), 404);
      });
    render(<DstncPage arrivedWith="" />);
    const list = await openList();
    await user.click(within(list).getByRole('button', { name: /^Send again\s*PO-1$/ }));
    expect(await within(line(list, 'PO-1')).findByText('Title of unknown_order')).toBeTruthy();
  });

  test('older ones come after the newest', async () => {
    new FakeShop(connected())
      .on('GET /orders', () => ordersPage([order('PO-2')], { next: 'c 1' }))
      .on('GET /orders?before=c%201', () => ordersPage([order('PO-1')]));
    render(<DstncPage arrivedWith="" />);
    const list = await openList();
    await user.click(within(list).getByRole('button', { name: 'Show older ones' }));
    await within(list).findByText('PO-1', { selector: 'strong' });
    expect([...list.querySelectorAll('.dstnc-order strong')].map((name) => name.textContent)).toEqual(['PO-2', 'PO-1']);
    expect(within(list).queryByRole('button', { name: 'Show older ones' })).toBeNull();
  });

  test('where DSTNC gives no answer, the shop’s own word stands, and says so', async () => {
    const problem = problemOf('receiver_unreachable');
    new FakeShop(connected()).on('GET /orders', () =>
      ordersPage([order('PO-1', { label: 'To ship', state: 'placed' })], {
        counts: { toShip: 1, shipped: 0, attention: null },
        problem,
      }),
    );
    render(<DstncPage arrivedWith="" />);
    const list = await openList();
    expect(within(list).getByText(/Title of receiver_unreachable\. This is what your shop knows/)).toBeTruthy();
    expect(within(await card()).queryByText(/attention/)).toBeNull();
  });

  test('before the first there is a word, and no list; in a copy of the shop there is nothing', async () => {
    const none = { toShip: 0, shipped: 0, attention: 0 };
    const shop = new FakeShop(connected()).on('GET /orders', () => ordersPage([], { counts: none }));
    const { unmount } = render(<DstncPage arrivedWith="" />);
    expect(await within(await card()).findByText(/The first order from DSTNC will appear here/)).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Show the orders' })).toBeNull();
    unmount();
    const before = shop.count('GET /orders');
    const clone = { storedHome: 'https://shop.example', currentHome: 'https://staging.example', choice: null };
    shop.on('GET /state', () => connected({ clone, now }));
    render(<DstncPage arrivedWith="" />);
    await screen.findByRole('heading', { name: 'Connection' });
    expect(screen.queryByRole('heading', { name: 'Orders from DSTNC' })).toBeNull();
    expect(shop.count('GET /orders')).toBe(before);
  });
});
