import { act, render, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { speak } from '@wordpress/a11y';
import { addFilter, removeFilter } from '@wordpress/hooks';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Attempt, CheckReport, PageState, ProductExplanation } from '../api/types.ts';
import { FakeShop } from '../testing/fake-shop.ts';
import {
  attempt,
  connected,
  connection,
  incidentOf,
  notConnected,
  now,
  problemOf,
  receiverState,
  refusal,
} from '../testing/states.ts';
import { DstncPage } from './dstnc-page.tsx';

vi.mock('@wordpress/a11y', { spy: true });
const user = userEvent.setup();
beforeEach(() => {
  vi.mocked(speak).mockClear();
});

function button(name: string | RegExp): HTMLElement {
  return screen.getByRole('button', { name });
}

async function connectWith(code: string): Promise<void> {
  await user.type(await screen.findByLabelText('Connection code'), code);
  await user.click(button('Connect'));
}

async function chooseMore(item: string): Promise<void> {
  await user.click(await screen.findByRole('button', { name: 'More actions' }));
  await user.click(await screen.findByRole('menuitem', { name: item }));
}

/** A promise to settle by hand: what comes late comes when the test says so. */
function later<Value>() {
  let settle: { resolve(value: Value): void; reject(error: unknown): void } | undefined;
  const promise = new Promise<Value>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return {
    promise,
    resolve: (value: Value) => settle?.resolve(value),
    reject: (error: unknown) => settle?.reject(error),
  };
}

/** A look at the shop, as when the vendor comes back to the tab. */
function look(): void {
  document.dispatchEvent(new Event('visibilitychange'));
}

/** Where the focus goes when what had it goes away. */
function pageHeading(): HTMLElement {
  return screen.getByRole('heading', { level: 1 });
}

/** What was said to screen readers of the catalogue. */
function spokenOfCatalogue(): string[] {
  return vi.mocked(speak).mock.calls.flatMap(([words]) => (/catalogue/.test(words) ? [words] : []));
}

describe('connecting', () => {
  test('shows each line as it happens, then the connected shop', async () => {
    let done = 0;
    const steps: Array<ReturnType<typeof later<Attempt>>> = [];
    const shop = new FakeShop(() => (done === 5 ? connected() : notConnected()))
      .on('POST /attempts', () => attempt(0))
      .on('POST /attempts/at1/next', () => {
        const step = later<Attempt>();
        steps.push(step);
        return step.promise;
      });
    render(<DstncPage arrivedWith="" />);
    await connectWith('dstnc1_ab c');
    expect(shop.calls.find(({ route }) => route === 'POST /attempts')?.data).toEqual({ code: 'dstnc1_abc', userId: 1 });

    const lines = () => screen.getAllByRole('listitem').map((line) => line.textContent);
    await waitFor(() => expect(lines()).toEqual(['Looking whether this shop is ready']));
    for (const finished of [1, 2, 3]) {
      await waitFor(() => expect(steps).toHaveLength(finished));
      steps.at(-1)?.resolve(attempt(finished));
    }
    await waitFor(() =>
      expect(lines()).toEqual([
        'This shop is readydetail of checks',
        'Access for DSTNC createddetail of access',
        'Notifications switched ondetail of notifications',
        'Asking DSTNC to reach this shop',
      ]),
    );
    await waitFor(() => expect(steps).toHaveLength(4));
    steps.at(-1)?.resolve(attempt(4));
    await waitFor(() => expect(steps).toHaveLength(5));
    done = 5;
    steps.at(-1)?.resolve(attempt(5));
    await screen.findByText(/Connected as Nordic Lamps/);
    expect(shop.count('POST /attempts/at1/next')).toBe(5);
  });

  test('a failure stops at its line, has the focus, and can be tried again with the same code', async () => {
    const blocked = problemOf('callback_failed', { link: { label: 'Show me where', url: 'admin.php?page=itsec' } });
    const shop = new FakeShop(notConnected())
      .on('POST /attempts', () => attempt(3))
      .on('POST /attempts/at1/next', () => attempt(3, blocked));
    render(<DstncPage arrivedWith="dstnc1_abc" />);
    await user.click(await screen.findByRole('button', { name: 'Connect' }));

    const line = (await screen.findByText('Advice on callback_failed')).closest('li')!;
    expect(document.activeElement).toBe(line);
    expect(within(line).getByText('Title of callback_failed')).toBeTruthy();
    expect(within(line).getByText('Detail of callback_failed')).toBeTruthy();
    expect(within(line).getByRole('link', { name: 'Show me where' }).getAttribute('href')).toBe(
      'https://shop.example/wp-admin/admin.php?page=itsec',
    );
    expect(screen.getByText(/has been taken back/)).toBeTruthy();

    await user.click(button('Try again'));
    await waitFor(() => expect(shop.count('POST /attempts')).toBe(2));
    expect(shop.calls.filter(({ route }) => route === 'POST /attempts').map(({ data }) => data)).toEqual([
      { code: 'dstnc1_abc', userId: 1 },
      { code: 'dstnc1_abc', userId: 1 },
    ]);
  });

  test('a used-up code is not tried again: the form asks for another', async () => {
    const shop = new FakeShop(notConnected())
      .on('POST /attempts', () => attempt(3))
      .on('POST /attempts/at1/next', () => attempt(3, problemOf('code-used')));
    render(<DstncPage arrivedWith="" />);
    await connectWith('dstnc1_abc');
    await user.click(await screen.findByRole('button', { name: 'Try again' }));
    expect(document.activeElement).toBe(await screen.findByLabelText('Connection code'));
    expect(shop.count('POST /attempts')).toBe(1);
  });

  test('a refused code is told at its field', async () => {
    new FakeShop(notConnected()).on('POST /attempts', () => {
      throw refusal(problemOf('code_expired'));
    });
    render(<DstncPage arrivedWith="" />);
    await connectWith('dstnc1_abc');
    await screen.findByText('Title of code_expired');
    const field = screen.getByLabelText('Connection code');
    await waitFor(() => expect(document.activeElement).toBe(field));
    expect(field.getAttribute('aria-invalid')).toBe('true');
    const words = document.getElementById(field.getAttribute('aria-errormessage') ?? '');
    expect(words?.textContent).toContain('Advice on code_expired');
  });

  test('nothing pasted: says so, and asks nobody', async () => {
    const shop = new FakeShop(notConnected());
    render(<DstncPage arrivedWith="" />);
    await user.click(await screen.findByRole('button', { name: 'Connect' }));
    expect(await screen.findByText(/Paste the code from your DSTNC invitation first/)).toBeTruthy();
    expect(shop.count('POST /attempts')).toBe(0);
  });

  test('after a reload it goes on where it was', async () => {
    let finished = false;
    const shop = new FakeShop(() =>
      finished ? connected() : notConnected({ phase: 'connecting', attempt: attempt(4) }),
    ).on('POST /attempts/at1/next', () => {
      finished = true;
      return attempt(5);
    });
    render(<DstncPage arrivedWith="" />);
    await screen.findByText(/Connected as Nordic Lamps/);
    expect(shop.count('POST /attempts/at1/next')).toBe(1);
  });

  test("another administrator's try is watched, not driven", async () => {
    const shop = new FakeShop(
      notConnected({ phase: 'connecting', attempt: attempt(2, null, { mine: false, startedBy: 'Ola Nordmann' }) }),
    );
    render(<DstncPage arrivedWith="" />);
    expect(await screen.findByText('Ola Nordmann is connecting this shop to DSTNC')).toBeTruthy();
    expect(screen.queryByRole('button')).toBeNull();
    expect(shop.calls.filter(({ route }) => route.startsWith('POST'))).toEqual([]);
  });

  test('a lost request is gone on with, not begun anew', async () => {
    let asked = 0;
    const shop = new FakeShop(() => (asked > 1 ? connected() : notConnected()))
      .on('POST /attempts', () => attempt(4))
      .on('POST /attempts/at1/next', () => {
        asked += 1;
        if (asked === 1) throw { code: 'fetch_error', message: 'Could not get a valid response.' };
        return attempt(5);
      });
    render(<DstncPage arrivedWith="" />);
    await connectWith('dstnc1_abc');
    await user.click(await screen.findByRole('button', { name: 'Go on' }));
    await screen.findByText(/Connected as Nordic Lamps/);
    expect(shop.count('POST /attempts')).toBe(1);
  });

  test('while the import runs: how much, and how long still', async () => {
    const importing = { done: 1240, total: 3812, secondsLeft: 20 };
    new FakeShop(connected({ connection: connection({ receiverState: receiverState({ importing }) }) }));
    render(<DstncPage arrivedWith="" />);
    expect(await screen.findByText('1,240 of 3,812 products')).toBeTruthy();
    expect(screen.getByText('about 20 s left')).toBeTruthy();
    const bar = screen.getByRole<HTMLProgressElement>('progressbar', { name: 'Sending your catalogue' });
    expect([bar.value, bar.max]).toEqual([1240, 3812]);
  });

  test('tells how far the import is at each quarter, and once that it is over', async () => {
    let importing: { done: number; total: number; secondsLeft: number } | null = {
      done: 0,
      total: 100,
      secondsLeft: 9,
    };
    let silent = false;
    new FakeShop(() =>
      connected({ connection: connection({ receiverState: silent ? null : receiverState({ importing }) }) }),
    );
    render(<DstncPage arrivedWith="" />);
    for (const done of [26, 27, 51]) {
      await screen.findByRole('progressbar');
      importing = { done, total: 100, secondsLeft: 5 };
      look();
      await screen.findByText(`${done} of 100 products`);
    }
    expect(spokenOfCatalogue()).toEqual(['25 percent of your catalogue sent.', '50 percent of your catalogue sent.']);

    // That DSTNC does not answer for once is no end.
    silent = true;
    look();
    await screen.findByText('DSTNC did not tell how it is');
    expect(spokenOfCatalogue()).toHaveLength(2);

    silent = false;
    importing = null;
    look();
    const end = 'Your catalogue has been sent to DSTNC.';
    expect(await screen.findByRole('heading', { name: end })).toBeTruthy();
    look();
    await user.click(button('Dismiss'));
    expect(screen.queryByText(end)).toBeNull();
    expect(document.activeElement).toBe(pageHeading());
    expect(spokenOfCatalogue().filter((words) => words === end)).toHaveLength(1);
  });
});

describe('keys by hand', () => {
  const made = { id: 9, consumerKey: 'ck_123', consumerSecret: 'cs_456', url: 'https://shop.example' };

  test('key and secret are masked until asked for, and gone for good after that', async () => {
    const shop = new FakeShop(notConnected()).on('POST /keys', () => made);
    render(<DstncPage arrivedWith="" />);
    await user.click(await screen.findByText('Enter API keys by hand instead'));
    await user.selectOptions(screen.getByLabelText('Acts as'), 'Ola Nordmann (Shop manager)');
    await user.click(button('Generate API key'));

    const secret = await screen.findByLabelText<HTMLInputElement>('Consumer secret');
    expect(shop.calls.at(-2)).toEqual({ route: 'POST /keys', data: { userId: 7, description: 'DSTNC' } });
    expect([secret.type, secret.value]).toEqual(['password', 'cs_456']);
    expect(screen.getByText(/you will not see this again/)).toBeTruthy();
    expect(screen.queryByRole('img', { name: /QR code/ })).toBeNull();

    await user.click(button('Show, with QR code'));
    expect(screen.getByLabelText<HTMLInputElement>('Consumer secret').type).toBe('text');
    expect(screen.getByRole('img', { name: /QR code/ })).toBeTruthy();

    await user.click(button('I have copied them'));
    expect(document.body.innerHTML).not.toContain('cs_456');
  });

  test('a key is revoked after a question', async () => {
    const key = { id: 5, description: 'Old test', user: 'Anna Berg', ends: '9f8e7d6', lastUsedAt: null };
    let keys = [key];
    const shop = new FakeShop(() => notConnected({ manualKeys: keys })).on('DELETE /keys/5', () => {
      keys = [];
      return { manualKeys: keys };
    });
    render(<DstncPage arrivedWith="" />);
    await user.click(await screen.findByRole('button', { name: 'Revoke the key “Old test”' }));
    expect(shop.count('DELETE /keys/5')).toBe(0);
    await user.click(button('Revoke'));
    await waitFor(() => expect(screen.queryByText('Old test')).toBeNull());
  });
});

describe('the connected shop', () => {
  test('tells how fresh DSTNC is, and how much of the catalogue is there', async () => {
    new FakeShop(connected());
    render(<DstncPage arrivedWith="" />);
    const headline = await screen.findByRole('heading', { name: /Everything up to 1\d:03:07 is on DSTNC/ });
    const card = headline.closest('section')!;
    expect(within(card).getByText('3,812 products')).toBeTruthy();
    expect(within(card).getByText('3,640 purchasable')).toBeTruthy();
    expect(within(card).getByText('172 not')).toBeTruthy();
    expect(within(card).getByText(/arrived 0.3 s later/)).toBeTruthy();
  });

  test.each([
    ['de', 'German, as chosen by DSTNC'],
    ['pt-br', 'Brazilian Portuguese, as chosen by DSTNC'],
    ['not a language', 'not a language, as chosen by DSTNC'],
  ])('shows the language %s that DSTNC has chosen, and no way to change it', async (language, text) => {
    new FakeShop(connected({ connection: connection({ receiverState: receiverState({ language }) }) }));
    render(<DstncPage arrivedWith="" />);
    const shown = await screen.findByText(text);
    expect(within(shown.closest('section')!).queryByRole('combobox')).toBeNull();
  });

  test('says nothing of languages while the shop is shown in its own', async () => {
    new FakeShop(connected());
    render(<DstncPage arrivedWith="" />);
    expect(await screen.findByText('Connection')).toBeTruthy();
    expect(screen.queryByText('Language')).toBeNull();
  });

  test('names the notification that is off, and the key that is gone', async () => {
    const notifications = [{ topic: 't', label: 'Stock', state: 'disabled' as const, failures: 6 }];
    new FakeShop(connected({ connection: connection({ notifications, key: null, user: null }) }));
    render(<DstncPage arrivedWith="" />);
    expect(await screen.findByText('Stock: switched off after 6 failures')).toBeTruthy();
    expect(screen.getByText('The user is gone')).toBeTruthy();
    expect(screen.getByText('the key is gone')).toBeTruthy();
  });

  test.each([
    ['a trouble', connected({ incident: incidentOf('blocked') })],
    ['the key gone', connected({ connection: connection({ key: null }) })],
    ['the user gone', connected({ connection: connection({ user: null }) })],
    [
      'DSTNC seeing something',
      connected({ connection: connection({ receiverState: receiverState({ health: 'attention' }) }) }),
    ],
  ])('with %s it does not claim that all is on DSTNC', async (_, state) => {
    new FakeShop(state);
    render(<DstncPage arrivedWith="" />);
    const headline = await screen.findByRole('heading', { name: /^On DSTNC as of / });
    expect(headline.querySelector('.dstnc-mark-good')).toBeNull();
    expect(screen.queryByText(/^Everything up to/)).toBeNull();
    expect(screen.getByText('3,812 products')).toBeTruthy();
  });

  test('without access nothing arrived since it was lost, whatever DSTNC thinks', async () => {
    const since = '2026-03-12T08:12:00Z';
    new FakeShop(connected({ incident: incidentOf('key', { since }), connection: connection({ key: null }) }));
    render(<DstncPage arrivedWith="" />);
    const headline = await screen.findByRole('heading', { name: /^On DSTNC as of / });
    expect(headline.querySelector('time')?.dateTime).toBe(since);
    expect(document.querySelector('.dstnc-standing-good')).toBeNull();
  });

  test('without DSTNC the rest of the page is there', async () => {
    const down = connection({
      receiverState: null,
      receiverProblem: problemOf('receiver_unreachable'),
      waiting: { count: 7, oldestAt: now },
    });
    new FakeShop(connected({ connection: down }));
    render(<DstncPage arrivedWith="" />);
    expect(await screen.findByRole('heading', { name: 'Title of receiver_unreachable' })).toBeTruthy();
    expect(screen.getByText(/7 changes are kept here/)).toBeTruthy();
    expect(screen.getByRole('heading', { name: 'Connection' })).toBeTruthy();
    expect(screen.getByRole('searchbox')).toBeTruthy();
    expect(button('More actions')).toBeTruthy();
  });

  test('a test says how long DSTNC took, or why it failed', async () => {
    const shop = new FakeShop(connected()).on('POST /connection/test', () => ({
      ok: true,
      durationMs: 187,
      problem: null,
    }));
    render(<DstncPage arrivedWith="" />);
    await chooseMore('Send a test');
    expect(await screen.findByRole('heading', { name: 'DSTNC answered the test in 0.2 s.' })).toBeTruthy();
    shop.on('POST /connection/test', () => ({ ok: false, durationMs: 3000, problem: problemOf('receiver_slow') }));
    await chooseMore('Send a test');
    expect(await screen.findByRole('heading', { name: 'Title of receiver_slow' })).toBeTruthy();
    expect(screen.queryByText(/answered the test/)).toBeNull();
  });

  test('disconnects only after a question in the page, which Escape answers with no', async () => {
    let gone = false;
    const shop = new FakeShop(() => (gone ? notConnected() : connected())).on('DELETE /connection', () => {
      gone = true;
      return { told: false, problem: problemOf('receiver_unreachable') };
    });
    render(<DstncPage arrivedWith="" />);
    await chooseMore('Disconnect');
    const question = await screen.findByRole('heading', { name: 'Disconnect this shop from DSTNC?' });
    await waitFor(() => expect(document.activeElement).toBe(question));
    await user.keyboard('{Escape}');
    expect(screen.queryByText('Disconnect this shop from DSTNC?')).toBeNull();
    expect(document.activeElement).toBe(button('More actions'));
    expect(shop.count('DELETE /connection')).toBe(0);

    await chooseMore('Disconnect');
    await user.click(button('Disconnect'));
    const told = await screen.findByRole('heading', { name: 'Title of receiver_unreachable' });
    expect(document.activeElement).toBe(told);
    expect(screen.getByText('Sell on DSTNC from this shop')).toBeTruthy();
  });

  test('new keys are for the user who is chosen', async () => {
    const shop = new FakeShop(connected()).on('POST /connection/rotate', () => connected());
    render(<DstncPage arrivedWith="" />);
    await chooseMore('Rotate keys');
    await user.selectOptions(screen.getByLabelText('Acts as'), 'Ola Nordmann (Shop manager)');
    await user.click(button('Rotate keys'));
    expect(await screen.findByText(/The old one is revoked/)).toBeTruthy();
    expect(shop.calls.find(({ route }) => route === 'POST /connection/rotate')?.data).toEqual({ userId: 7 });
  });

  test('what was asked for before a change does not undo it on the page', async () => {
    const slow = later<PageState>();
    let asked = 0;
    new FakeShop(connected())
      .on('GET /state', () => {
        asked += 1;
        if (asked === 1)
          return connected({ incident: incidentOf('off', { action: { label: 'Repair', do: 'repair' } }) });
        return asked === 2 ? slow.promise : connected();
      })
      .on('POST /connection/repair', () => connected());
    render(<DstncPage arrivedWith="" />);
    await screen.findByText('Detail of off');
    // A look is under way when Repair is pressed, and answers with what was before.
    look();
    await waitFor(() => expect(asked).toBe(2));
    await user.click(button('Repair'));
    await screen.findByText('Repaired.');
    await act(async () => {
      slow.resolve(connected({ incident: incidentOf('off') }));
      await new Promise((resolve) => setTimeout(resolve));
    });
    expect(screen.queryByText('Detail of off')).toBeNull();
  });
});

describe('the product look-up', () => {
  const lamp = { externalId: '4711:0', title: 'Lamp Oslo', sku: 'L-OSL', purchasable: false };
  const explained = {
    ...lamp,
    sentence: 'Stock is managed here and the quantity is 0.',
    onDstnc: { purchasable: false, quantity: 0, state: 'active', acceptedAt: now, pendingSince: null, rejected: null },
    problem: null,
    shop: {
      purchasable: false,
      sentence: 'Stock is managed here and the quantity is 0.',
      fields: [{ name: 'Quantity', value: '0' }],
    },
    editUrl: 'post.php?post=4711&action=edit',
  };

  test('asks once for what was typed, and opens the only one found', async () => {
    const shop = new FakeShop(connected())
      .on('GET /products', () => ({ items: [lamp] }))
      .on('GET /products/4711:0', () => explained);
    render(<DstncPage arrivedWith="" />);
    await user.type(await screen.findByRole('searchbox'), 'oslo & co');
    expect(await screen.findByText('Stock is managed here and the quantity is 0.')).toBeTruthy();
    expect(screen.getByText('Lamp Oslo (SKU L-OSL)')).toBeTruthy();
    expect(screen.getByText('Not purchasable on DSTNC')).toBeTruthy();
    expect(screen.getByText('Quantity on DSTNC: 0')).toBeTruthy();
    expect(screen.getByRole('link', { name: 'Edit product' }).getAttribute('href')).toContain(
      '/wp-admin/post.php?post=4711',
    );
    expect(shop.calls.map(({ route }) => route).filter((route) => route.startsWith('GET /products?'))).toEqual([
      'GET /products?search=oslo%20%26%20co',
    ]);
  });

  test('of several, one is opened; a late answer to an earlier search is not shown', async () => {
    const early = later<unknown>();
    const shop = new FakeShop(connected())
      .on('GET /products?search=os', () => early.promise)
      .on('GET /products?search=oslo', () => ({
        items: [lamp, { ...lamp, externalId: '4712:0', title: 'Lamp Oslo white' }],
      }))
      .on('GET /products/4711:0', () => explained);
    render(<DstncPage arrivedWith="" />);
    const field = await screen.findByRole('searchbox');
    await user.type(field, 'os');
    await waitFor(() => expect(shop.count('GET /products?search=os')).toBe(1));
    await user.type(field, 'lo');
    await user.click(await screen.findByRole('button', { name: /^Lamp Oslo \(/ }));
    expect(await screen.findByText('Stock is managed here and the quantity is 0.')).toBeTruthy();
    await act(async () => {
      early.resolve({ items: ['1:0', '2:0'].map((externalId) => ({ ...lamp, externalId, title: 'Osram' })) });
      await new Promise((resolve) => setTimeout(resolve));
    });
    expect(screen.queryByText(/Osram/)).toBeNull();
  });

  test('opens the product that the link names, in view and with the focus', async () => {
    const scrolled = vi.spyOn(Element.prototype, 'scrollIntoView');
    const shop = new FakeShop(connected())
      .on('GET /products/4711:0', () => explained)
      .on('GET /products', () => ({ items: [] }));
    render(<DstncPage arrivedWith="" product="4711:0" />);
    const name = await screen.findByText('Lamp Oslo (SKU L-OSL)');
    const section = name.closest('section')!;
    expect(screen.getByText('Stock is managed here and the quantity is 0.')).toBeTruthy();
    await waitFor(() => expect(document.activeElement).toBe(name.parentElement));
    expect(scrolled.mock.contexts).toContain(section);
    expect(shop.count('GET /products/4711:0')).toBe(1);

    await user.type(screen.getByRole('searchbox'), 'zzz');
    await screen.findByText('No product of that name or SKU is on DSTNC.');
    expect(screen.queryByText('Lamp Oslo (SKU L-OSL)')).toBeNull();
  });

  test('a link to a product that is gone says so', async () => {
    new FakeShop(connected()).on('GET /products/4711:0', () => {
      throw refusal(problemOf('unknown_product'), 404);
    });
    render(<DstncPage arrivedWith="" product="4711:0" />);
    expect(await screen.findByText('Title of unknown_product')).toBeTruthy();
  });

  test('while DSTNC can’t be asked, the shop’s own verdict stands, and why there is no other', async () => {
    const alone: ProductExplanation = { ...explained, onDstnc: null, problem: problemOf('receiver_unreachable') };
    new FakeShop(connected()).on('GET /products/4711:0', () => alone);
    render(<DstncPage arrivedWith="" product="4711:0" />);
    expect(await screen.findByText('In your shop now: Stock is managed here and the quantity is 0.')).toBeTruthy();
    expect(screen.getByText('Title of receiver_unreachable')).toBeTruthy();
    expect(screen.getByText('Advice on receiver_unreachable')).toBeTruthy();
    expect(screen.queryByText(/no listing|Not on DSTNC/)).toBeNull();
  });

  test('nothing found, and DSTNC silent, are told apart', async () => {
    const shop = new FakeShop(connected()).on('GET /products', () => ({ items: [] }));
    render(<DstncPage arrivedWith="" />);
    const field = await screen.findByRole('searchbox');
    await user.type(field, 'zzz');
    expect(await screen.findByText('No product of that name or SKU is on DSTNC.')).toBeTruthy();
    shop.on('GET /products', () => {
      throw refusal(problemOf('receiver_unreachable'), 502);
    });
    await user.type(field, 'z');
    expect(await screen.findByText('Title of receiver_unreachable')).toBeTruthy();
    expect(screen.queryByText(/No product of/)).toBeNull();
  });
});

describe('trouble', () => {
  test('has one cause and one button, and can be checked again', async () => {
    let over = false;
    const action = { label: 'Show me where', url: 'admin.php?page=itsec' };
    const shop = new FakeShop(() => (over ? connected() : connected({ incident: incidentOf('blocked', { action }) })));
    render(<DstncPage arrivedWith="" />);
    const banner = (await screen.findByRole('heading', { name: 'Title of blocked' })).closest('section')!;
    expect(
      within(banner)
        .getByText(/^Since /)
        .getAttribute('datetime'),
    ).toBe('2026-03-12T08:12:00Z');
    expect(within(banner).getByText('Detail of blocked')).toBeTruthy();
    expect(within(banner).getByText('Advice on blocked')).toBeTruthy();
    expect(within(banner).getByText(/technical blocked/).textContent).toContain('WooCommerce 11.0.1');
    expect(within(banner).getByRole('link', { name: 'Show me where' })).toBeTruthy();
    expect(screen.getByRole('heading', { name: 'Connection' })).toBeTruthy();

    over = true;
    await user.click(within(banner).getByRole('button', { name: 'Check again' }));
    await waitFor(() => expect(screen.queryByText('Detail of blocked')).toBeNull());
    expect(document.activeElement).toBe(pageHeading());
    expect(shop.count('GET /checks?fresh=1')).toBe(1);
  });

  test('that ends by itself leaves the focus where it is', async () => {
    let over = false;
    new FakeShop(() => (over ? connected() : connected({ incident: incidentOf('blocked') })));
    render(<DstncPage arrivedWith="" />);
    await screen.findByText('Detail of blocked');
    await user.click(screen.getByRole('searchbox'));
    over = true;
    look();
    await waitFor(() => expect(screen.queryByText('Detail of blocked')).toBeNull());
    expect(document.activeElement).toBe(screen.getByRole('searchbox'));
  });

  test('says where to go once, also where link and button mean the same', async () => {
    const where = { label: 'Show me where', url: 'admin.php?page=itsec' };
    new FakeShop(connected({ incident: incidentOf('blocked', { link: where, action: where }) }));
    render(<DstncPage arrivedWith="" />);
    expect(await screen.findAllByRole('link', { name: 'Show me where' })).toHaveLength(1);
  });

  test('checks anew while the first checks still run', async () => {
    let over = false;
    const first = later<CheckReport>();
    const fresh = later<CheckReport>();
    const shop = new FakeShop(() => (over ? connected() : connected({ incident: incidentOf('blocked') })))
      .on('GET /checks', () => first.promise)
      .on('GET /checks?fresh=1', () => fresh.promise);
    render(<DstncPage arrivedWith="" />);
    const banner = (await screen.findByRole('heading', { name: 'Title of blocked' })).closest('section')!;
    await screen.findByText('Checks: running…');
    const again = within(banner).getByRole('button', { name: 'Check again' });
    await user.click(again);
    expect(shop.count('GET /checks?fresh=1')).toBe(1);
    expect(again.getAttribute('aria-disabled')).toBe('true');

    // What was asked before comes late, and is not what counts.
    const looks = shop.count('GET /state');
    over = true;
    await act(async () => {
      fresh.resolve({ checkedAt: now, checks: [] });
      first.resolve({
        checkedAt: now,
        checks: [{ id: 'b', status: 'problem', title: 'Wrong', detail: '', why: '', advice: '', technical: '' }],
      });
    });
    await waitFor(() => expect(screen.queryByText('Detail of blocked')).toBeNull());
    expect(shop.count('GET /state')).toBe(looks + 1);
    expect(screen.getByText('Checks: all 0 fine')).toBeTruthy();
  });

  test.each([
    ['Repair', () => user.click(button('Repair')), 'Repaired.'],
    ['a test', () => chooseMore('Send a test'), /answered the test/],
    [
      'new keys',
      async () => {
        await chooseMore('Rotate keys');
        await user.click(button('Rotate keys'));
      },
      /The old one is revoked/,
    ],
  ])('after %s the checks are made anew', async (_, doIt, done) => {
    const check = { id: 'b', title: 'One', detail: '', why: '', advice: '', technical: '' };
    const fresh = later<CheckReport>();
    const incident = incidentOf('off', { action: { label: 'Repair', do: 'repair' } });
    const shop = new FakeShop(connected({ incident }))
      .on('POST /connection/repair', () => connected())
      .on('POST /connection/rotate', () => connected())
      .on('POST /connection/test', () => ({ ok: true, durationMs: 187, problem: null }))
      .on('GET /checks', () => ({ checkedAt: now, checks: [{ ...check, status: 'problem' }] }))
      .on('GET /checks?fresh=1', () => fresh.promise);
    render(<DstncPage arrivedWith="" />);
    await screen.findByText('Checks: 1 of 1 needs attention');
    await doIt();
    expect(await screen.findByText(done)).toBeTruthy();
    expect(await screen.findByText('Checks: running…')).toBeTruthy();
    fresh.resolve({ checkedAt: now, checks: [{ ...check, status: 'ok' }] });
    expect(await screen.findByText('Checks: 1 fine')).toBeTruthy();
    expect(shop.count('GET /checks?fresh=1')).toBe(1);
  });

  test('who opens the checks sees them made anew, and can have them again', async () => {
    let over = false;
    const old = { id: 'b', status: 'ok', title: 'One', detail: '', why: '', advice: '', technical: '' };
    const shop = new FakeShop(() => (over ? connected() : connected({ incident: incidentOf('blocked') })))
      .on('GET /checks', () => ({ checkedAt: now, checks: [old] }))
      .on('GET /checks?fresh=1', () => ({ checkedAt: now, checks: [{ ...old, status: 'problem' }] }));
    render(<DstncPage arrivedWith="" />);
    await user.click(await screen.findByText('Checks: 1 fine'));
    const fold = (await screen.findByText('Checks: 1 of 1 needs attention')).closest('details')!;
    expect(shop.count('GET /checks?fresh=1')).toBe(1);
    over = true;
    await user.click(within(fold).getByRole('button', { name: 'Check again' }));
    await waitFor(() => expect(screen.queryByText('Detail of blocked')).toBeNull());
    expect(shop.count('GET /checks?fresh=1')).toBe(2);
  });

  test('checks older than the trouble, or older than its end, are made anew', async () => {
    const check = { id: 'user', title: 'One', detail: '', why: '', advice: '', technical: '' };
    let trouble = true;
    let status = 'problem';
    const since = '2026-03-12T13:02:00Z';
    const shop = new FakeShop(() => connected({ incident: trouble ? incidentOf('user', { since }) : null }))
      .on('GET /checks', () => ({ checkedAt: '2026-03-12T13:01:00Z', checks: [{ ...check, status: 'ok' }] }))
      .on('GET /checks?fresh=1', () => ({ checkedAt: now, checks: [{ ...check, status }] }));
    render(<DstncPage arrivedWith="" />);
    await screen.findByText('Checks: 1 of 1 needs attention');
    expect(shop.count('GET /checks?fresh=1')).toBe(1);

    trouble = false;
    status = 'ok';
    look();
    await screen.findByText('Checks: 1 fine');
    expect(screen.queryByText('Detail of user')).toBeNull();
    expect(shop.count('GET /checks?fresh=1')).toBe(2);
  });

  test('what the server says is text, and its links lead to pages only', async () => {
    const incident = incidentOf('evil', {
      title: '<img src=x onerror=alert(1)>',
      link: { label: 'Help', url: 'javascript:alert(1)' },
      action: { label: 'Go', url: 'javascript:alert(2)' },
    });
    new FakeShop(connected({ incident }));
    render(<DstncPage arrivedWith="" />);
    expect(await screen.findByRole('heading', { name: /<img src=x onerror=alert\(1\)>/ })).toBeTruthy();
    expect(document.querySelector('img')).toBeNull();
    expect(document.body.innerHTML).not.toContain('javascript:');
  });

  test('a lost connection is made again from the page', async () => {
    const incident = incidentOf('gone', { action: { label: 'Connect again', do: 'reconnect' } });
    const shop = new FakeShop(connected({ incident })).on('POST /attempts', () => {
      throw refusal(problemOf('code_expired'));
    });
    render(<DstncPage arrivedWith="" />);
    await user.click(await screen.findByRole('button', { name: 'Connect again' }));
    await connectWith('dstnc1_new');
    expect(await screen.findByText('Title of code_expired')).toBeTruthy();
    expect(shop.count('POST /attempts')).toBe(1);
  });

  test('the checks fold says how many are wrong, and shows them first', async () => {
    const check = { detail: '', why: '', advice: '', technical: '' };
    new FakeShop(connected()).on('GET /checks', () => ({
      checkedAt: now,
      checks: [
        { ...check, id: 'a', status: 'ok', title: 'Fine one' },
        { ...check, id: 'b', status: 'problem', title: 'Wrong one', why: 'It matters.', advice: 'Do this.' },
      ],
    }));
    render(<DstncPage arrivedWith="" />);
    await user.click(await screen.findByText('Checks: 1 of 2 needs attention'));
    const lines = await screen.findAllByText(/^(Fine|Wrong) one$/);
    expect(lines.map((line) => line.textContent)).toEqual(['Wrong one', 'Fine one']);
    expect(screen.getByText('Do this.')).toBeTruthy();
  });
});

describe('a copy of the shop', () => {
  const clone = { storedHome: 'https://shop.example', currentHome: 'https://staging.example', choice: null };

  test('says so, asks which it is, and offers nothing that would disturb the live shop', async () => {
    const shop = new FakeShop(connected({ clone, connection: connection({ receiverState: null }) })).on(
      'POST /clone',
      () => connected({ clone: { ...clone, choice: 'quiet' } }),
    );
    render(<DstncPage arrivedWith="" />);
    expect(await screen.findByText(/DSTNC is connected to https:\/\/shop.example/)).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Sync now' })).toBeNull();
    await user.click(button('More actions'));
    expect((await screen.findAllByRole('menuitem')).map((item) => item.textContent)).toEqual(['Disconnect']);
    await user.keyboard('{Escape}');

    await user.click(button('It is a copy: stay quiet'));
    expect(await screen.findByText('This copy of your shop keeps quiet')).toBeTruthy();
    expect(shop.calls.find(({ route }) => route === 'POST /clone')?.data).toEqual({ choice: 'quiet' });
    expect(document.activeElement).toBe(pageHeading());
  });

  /** The vendor says that this is the live shop, which it can't be without being connected anew. */
  async function becomeLive() {
    let state = connected({ clone, connection: connection({ receiverState: null }) });
    const shop = new FakeShop(() => state).on('POST /clone', () => {
      state = notConnected();
      throw refusal(problemOf('moved_and_locked'));
    });
    render(<DstncPage arrivedWith="" />);
    await user.click(await screen.findByRole('button', { name: 'This is the live shop now' }));
    await screen.findByLabelText('Connection code');
    return { shop, now: (next: PageState) => (state = next) };
  }

  test('that moved and can no longer open its connection says so until that is dismissed', async () => {
    const { shop } = await becomeLive();
    const sentence = screen.getByRole('heading', { name: 'Title of moved_and_locked' });
    expect(document.activeElement).toBe(sentence);
    const looks = shop.count('GET /state');
    look();
    await waitFor(() => expect(shop.count('GET /state')).toBe(looks + 1));
    expect(screen.getByText('Advice on moved_and_locked')).toBeTruthy();
    await user.click(button('Dismiss'));
    expect(screen.queryByText('Advice on moved_and_locked')).toBeNull();
    expect(document.activeElement).toBe(pageHeading());
  });

  test('that is connected anew has nothing more to say of it, nor later', async () => {
    const { now } = await becomeLive();
    now(connected());
    look();
    await screen.findByText('3,812 products');
    expect(screen.queryByText('Title of moved_and_locked')).toBeNull();
    now(notConnected());
    look();
    await screen.findByLabelText('Connection code');
    expect(screen.queryByText('Title of moved_and_locked')).toBeNull();
  });
});

describe('when the shop itself does not answer', () => {
  test('at first: says so, and can be asked again', async () => {
    let broken = true;
    new FakeShop(() => {
      if (broken) throw { code: 'invalid_json', message: 'The response is not a valid JSON response.' };
      return notConnected();
    });
    render(<DstncPage arrivedWith="" />);
    expect(await screen.findByText('Your shop answered something unexpected')).toBeTruthy();
    broken = false;
    await user.click(button('Try again'));
    expect(await screen.findByText('Sell on DSTNC from this shop')).toBeTruthy();
    expect(screen.queryByText('Your shop answered something unexpected')).toBeNull();
    expect(document.activeElement).toBe(pageHeading());
  });

  test('later: what was known stays', async () => {
    let broken = false;
    new FakeShop(() => {
      if (broken) throw { code: 'fetch_error', message: 'x' };
      return connected();
    });
    render(<DstncPage arrivedWith="" />);
    await screen.findByText('3,812 products');
    broken = true;
    look();
    expect(await screen.findByText('Your shop does not answer')).toBeTruthy();
    expect(screen.getByText('3,812 products')).toBeTruthy();
    // Nobody knows whether that is still so.
    expect(screen.getByRole('heading', { name: /^On DSTNC as of / })).toBeTruthy();
  });

  test('a long wait is not a silent one', async () => {
    new FakeShop(notConnected()).on('GET /state', () => new Promise(() => {}));
    render(<DstncPage arrivedWith="" />);
    expect(await screen.findByText('Asking your shop and DSTNC how things are…')).toBeTruthy();
  });
});

test.each([
  ['not connected', notConnected()],
  ['connected', connected({ incident: incidentOf('x', { action: { label: '⟦do⟧', do: 'repair' } }) })],
  ['failed', notConnected({ phase: 'connecting', attempt: attempt(3, problemOf('x')) })],
])('every word can be translated: %s', async (_, state) => {
  addFilter('i18n.gettext', 'dstnc/test', (_text: string) => '⟦%1$s %2$s⟧');
  addFilter('i18n.ngettext', 'dstnc/test', (_text: string) => '⟦%1$s %2$s⟧');
  try {
    new FakeShop(state);
    const { container } = render(<DstncPage arrivedWith="" />);
    await screen.findAllByText(/⟦/);
    const own =
      /DSTNC|Nordic Lamps|Title of|Detail of|Advice on|detail of|technical|WooCommerce|Anna|Ola|Stock|st_1|shop\.example|undefined/;
    const walker = document.createTreeWalker(container, NodeFilter.SHOW_TEXT);
    const untranslated: string[] = [];
    while (walker.nextNode()) {
      const text = walker.currentNode.textContent ?? '';
      if (/\p{L}{2}/u.test(text) && !text.includes('⟦') && !own.test(text)) untranslated.push(text);
    }
    expect(untranslated).toEqual([]);
  } finally {
    removeFilter('i18n.gettext', 'dstnc/test');
    removeFilter('i18n.ngettext', 'dstnc/test');
  }
});
