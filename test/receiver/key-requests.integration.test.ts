import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type KeyShop, startKeyShop } from './start-key-shop.ts';
import { type Answer, type Receiver, startReceiver } from './start-receiver.ts';

const PUBLIC_URL = 'https://in.example';
const START = '/v1/connect/woocommerce';

let receiver: Receiver;
let shop: KeyShop;

beforeEach(async () => {
  [receiver, shop] = await Promise.all([startReceiver({ publicUrl: PUBLIC_URL }), startKeyShop()]);
});
afterEach(async () => {
  await receiver.stop();
  await shop.stop();
});

const get = (path: string): Promise<Answer> => receiver.call('GET', path, { token: null });
const stores = () => receiver.storage.stores.list();

/** Sends the page's form. */
async function submit(code: string, address = shop.url): Promise<Answer> {
  const response = await fetch(`${receiver.service.url}${START}`, {
    method: 'POST',
    body: new URLSearchParams({ invite: code, shop: address }),
  });
  return { status: response.status, headers: response.headers, text: await response.text(), body: undefined };
}

/** Where a page leads on to by itself. */
function leadsTo({ text }: Answer): URL {
  const [, to = ''] = /http-equiv="refresh" content="0;url=([^"]+)"/.exec(text) ?? [];
  return new URL(to.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code))));
}

/** Opens the invitation and goes on to the shop. @returns what the shop has to bring back */
async function begin(code: string, address?: string): Promise<string> {
  return leadsTo(await submit(code, address)).searchParams.get('user_id') ?? '';
}

const bring = (state: string, over: Record<string, unknown> = {}): Promise<Answer> =>
  receiver.call('POST', `${START}/callback`, {
    token: null,
    body: {
      key_id: 7,
      user_id: state,
      consumer_key: shop.keys.consumerKey,
      consumer_secret: shop.keys.consumerSecret,
      key_permissions: 'read_write',
      ...over,
    },
  });

const returned = (state: string, success = 1) => get(`${START}/done?success=${success}&user_id=${state}`);

describe('an invited vendor', () => {
  test('is asked for the shop, told what happens, and sent to WooCommerce’s own page', async () => {
    const code = await receiver.invite('lamps');
    const page = await get(`${START}?invite=${code}`);
    expect(page.status).toBe(200);
    expect(page.text).toContain('Address of your shop');
    expect(page.text).toContain('lamps');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page.headers.get('x-robots-tag')).toMatch(/noindex/);
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.text).not.toMatch(/<script|\son\w+=|src=/);

    const address = leadsTo(await submit(code));
    expect(`${address.origin}${address.pathname}`).toBe(`${shop.url}/wc-auth/v1/authorize`);
    expect(Object.fromEntries(address.searchParams)).toEqual({
      app_name: 'DSTNC',
      scope: 'read_write',
      user_id: expect.stringMatching(/^[\w-]{43}$/) as string,
      return_url: `${PUBLIC_URL}${START}/done`,
      callback_url: `${PUBLIC_URL}${START}/callback`,
    });
    // Opened by a scanner of mails, the invitation stays as it was.
    expect(await stores()).toEqual([]);
  });

  test('has the shop connected by the keys that it brings, and sees it', async () => {
    const state = await begin(await receiver.invite('lamps'));
    expect((await returned(state)).text).toMatch(/http-equiv="refresh" content="2"/);
    expect((await bring(state)).status).toBe(200);
    await vi.waitFor(async () => expect((await returned(state)).text).toContain('Your shop is connected'));
    const [store] = await stores();
    expect(store).toMatchObject({
      vendor: 'lamps',
      url: shop.url,
      credentials: shop.keys,
      import: { cause: 'imported' },
    });
    for (const secret of [state, ...Object.values(shop.keys)]) expect(receiver.lines.join('')).not.toContain(secret);
  });

  test('is told what is wrong with the address, which stays in the form', async () => {
    const code = await receiver.invite('lamps');
    const answer = await submit(code, 'no "shop" <b>');
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('role="alert"');
    expect(answer.text).toContain('no &#34;shop&#34; &#60;b&#62;');
    expect(answer.text).not.toContain('<b>');
  });

  test('who has another shop connected is told so', async () => {
    await receiver.addStore('lamps', 'https://other.example', false);
    const answer = await submit(await receiver.invite('lamps'));
    expect([answer.status, answer.text.includes('Another shop is connected')]).toEqual([422, true]);
  });

  test('who does not approve is told that nothing was changed', async () => {
    const state = await begin(await receiver.invite('lamps'));
    expect((await returned(state, 0)).text).toContain('You have not approved it');
    // And may think again.
    expect((await bring(state)).status).toBe(200);
  });

  test.each([
    ['that may only read', () => ({ key_permissions: 'read' }), /may not read and write/],
    ['that the shop does not accept', () => ({ consumer_key: `ck_${'0'.repeat(40)}` }), /refuses key and secret/],
  ])('is told what is wrong with keys %s', async (_, over, words) => {
    const code = await receiver.invite('lamps');
    const state = await begin(code);
    expect((await bring(state, over())).status).toBe(200);
    await vi.waitFor(async () => expect((await returned(state)).text).toMatch(words));
    expect(await stores()).toEqual([]);
    // The invitation is still good.
    const second = await begin(code);
    expect((await bring(second)).status).toBe(200);
    await vi.waitFor(async () => expect((await returned(second)).text).toContain('Your shop is connected'));
  });
});

describe('keys that nobody waits for', () => {
  test('are not taken, so that WooCommerce deletes them', async () => {
    const state = await begin(await receiver.invite('lamps'));
    for (const foreign of ['nobody', `${state}x`, '']) expect((await bring(foreign)).status).not.toBe(200);
    expect((await bring(state)).status).toBe(200);
    const again = await bring(state);
    expect([again.status, again.body.type]).toEqual([404, 'urn:dstnc:problem:unknown-state']);
    expect(shop.requests.filter((one) => one === 'GET products').length).toBeLessThan(2);
  });

  test('come too late, or for an attempt before the last', async () => {
    const code = await receiver.invite('lamps');
    const [first, second] = [await begin(code), await begin(code)];
    expect((await bring(first)).status).toBe(404);
    expect((await returned(first)).status).toBe(404);
    const row = receiver.db.updateTable('invitations').where('vendor', '=', 'lamps');
    const over = { shop: shop.url, expiresAt: Date.now() - 1, takenAt: null, outcome: null };
    await row.set({ key_state_json: JSON.stringify(over) }).execute();
    expect((await bring(second)).status).toBe(404);
    expect((await returned(second)).text).toContain('It took too long');
    expect(await stores()).toEqual([]);
  });

  test('open another shop than the one that was named', async () => {
    const other = await startKeyShop();
    const state = await begin(await receiver.invite('lamps'), other.url);
    expect((await bring(state)).status).toBe(200);
    await vi.waitFor(async () => expect((await returned(state)).text).toContain('isn&#39;t connected'));
    await other.stop();
    expect(await stores()).toEqual([]);
    expect(shop.requests).toEqual([]);
  });
});

test.each([
  ['malformed', () => Promise.resolve('dstnc1_x'), 422],
  ['expired', () => receiver.invite('lamps', { validMs: -60_000 }), 410],
])('an invitation that is %s opens nothing, and says so', async (_, invite, status) => {
  const code = await invite();
  for (const answer of [await get(`${START}?invite=${code}`), await submit(code)]) {
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, expect.stringContaining('text/html')]);
  }
});

test('an invitation connects one shop', async () => {
  const code = await receiver.invite('lamps');
  const state = await begin(code);
  await bring(state);
  await vi.waitFor(async () => expect(await stores()).toHaveLength(1));
  expect((await submit(code)).status).toBe(409);
  expect((await get(`${START}?invite=${code}`)).text).toContain('used already');
});

test('where the receiver itself is not encrypted WooCommerce would refuse: the vendor is told whose matter that is', async () => {
  const plain = await startReceiver();
  const code = await plain.invite('lamps');
  const response = await fetch(`${plain.service.url}${START}`, {
    method: 'POST',
    body: new URLSearchParams({ invite: code, shop: shop.url }),
  });
  expect([response.status, (await response.text()).includes('Tell DSTNC')]).toEqual([422, true]);
  await plain.stop();
});
