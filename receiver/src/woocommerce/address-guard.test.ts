import type { LookupAddress } from 'node:dns';
import { describe, expect, test } from 'vitest';
import { checkStoreUrl, guardedLookup, type Resolve } from './address-guard.ts';
import { ForbiddenAddressError } from './forbidden-address-error.ts';

const strict = (url: string) => checkStoreUrl(url, { allowPrivate: false });
const loose = (url: string) => checkStoreUrl(url, { allowPrivate: true });

describe('a store address', () => {
  test.each([
    ['https://shop.example.com', 'https://shop.example.com/'],
    ['  https://Shop.Example.com/wordpress/?utm=1#top ', 'https://shop.example.com/wordpress/'],
    ['https://shop.example.com:8443/', 'https://shop.example.com:8443/'],
    ['https://shop.example.com:80/', 'https://shop.example.com:80/'],
    ['https://localhost.example.com', 'https://localhost.example.com/'],
    ['https://93.184.216.34/', 'https://93.184.216.34/'],
    ['https://[2606:4700::1111]/', 'https://[2606:4700::1111]/'],
    ['https://[::ffff:93.184.216.34]/', 'https://[::ffff:5db8:d822]/'],
    ['https://münchen.example', 'https://xn--mnchen-3ya.example/'],
    ['https://shop.example.com./', 'https://shop.example.com./'],
    ['https://shop.example.com\\@127.0.0.1', 'https://shop.example.com/@127.0.0.1'],
    ['https://127.0.0.1.example.com/', 'https://127.0.0.1.example.com/'],
    ['https://192.0.66.2/', 'https://192.0.66.2/'],
    ['https://168.63.129.17/', 'https://168.63.129.17/'],
  ])('%s passes', (url, wanted) => {
    const check = strict(url);
    expect(check.ok && check.url.href).toBe(wanted);
  });

  test.each([
    'http://shop.example.com',
    'ftp://shop.example.com',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'shop.example.com',
    '',
    'https://',
    'https://user@shop.example.com',
    'https://user:pass@shop.example.com',
    'https://shop.example.com:22',
    'https://shop.example.com:3306',
    'https://localhost',
    'https://localhost.',
    'https://LOCALHOST',
    'https://app.localhost',
    'https://nas.local',
    'https://nas.local.',
    'https://metadata.google.internal',
    'https://router.home.arpa',
    'https://intranet',
    'https://intranet.',
    'https://localhost..',
    'https://loc%61lhost',
    'https://ⓛocalhost',
    'https://a\u00adpi.internal',
    'https://db.internal%E3%80%82',
    'https://nas.lan',
    'https://printer.corp',
    'https://box.localdomain',
    'https://shop.example.com..',
    'https://:pass@shop.example.com',
    'https://shop.example.com:443@127.0.0.1',
    'https://shop.example.com:6379',
    'https://shop.example.com:9200',
    'https://shop.example.com:0',
    'https://shop.example.com:65536',
  ])('%s is refused with advice', (url) => {
    const check = strict(url);
    expect(check).toMatchObject({ ok: false });
    expect(!check.ok && check.reason).toMatch(/\.$/);
    expect(!check.ok && check.reason).not.toContain('pass@');
  });

  test.each([
    'https://127.0.0.1',
    'https://127.1',
    'https://127.0.0.1.',
    'https://2130706433',
    'https://0x7f000001',
    'https://0x7f.0.0.1',
    'https://0177.0.0.1',
    'https://017700000001',
    'https://１２７.０.０.１',
    'https://%31%32%37.0.0.1',
    'https://①②⑦.⓪.⓪.①',
    'https://127。0。0。1',
    'https://127.0.0.1%2e',
    'https://127.0.0.1..',
    'https:127.0.0.1',
    'https:\\\\127.0.0.1',
    'https://12\t7.0.0.1',
    'https://0x',
    'https://0300.0250.1',
    'https://0xa9fea9fe',
    'https://a9.fe.a9.fe@169.254.169.254',
    'https://0.0.0.0',
    'https://0',
    'https://0.1.2.3',
    'https://10.1.2.3',
    'https://172.16.0.1',
    'https://192.168.0.1',
    'https://169.254.169.254',
    'https://100.64.0.1',
    'https://192.0.0.8',
    'https://192.0.0.192',
    'https://192.0.2.1',
    'https://192.88.99.1',
    'https://198.18.0.1',
    'https://198.51.100.1',
    'https://203.0.113.1',
    'https://100.100.100.200',
    'https://168.63.129.16',
    'https://[::ffff:168.63.129.16]',
    'https://[::ffff:0:127.0.0.1]',
    'https://[fd00:ec2::254]',
    'https://[2001:2::1]',
    'https://[3fff::1]',
    'https://[100::1]',
    'https://[5f00::1]',
    'https://224.0.0.1',
    'https://240.0.0.1',
    'https://255.255.255.255',
    'https://[::1]',
    'https://[::]',
    'https://[::ffff:127.0.0.1]',
    'https://[::ffff:7f00:1]',
    'https://[0:0:0:0:0:ffff:a9fe:a9fe]',
    'https://[::127.0.0.1]',
    'https://[64:ff9b::7f00:1]',
    'https://[64:ff9b:1::7f00:1]',
    'https://[2002:7f00:1::]',
    'https://[2001:0:1::1]',
    'https://[2001:db8::1]',
    'https://[fc00::1]',
    'https://[fd12:3456::1]',
    'https://[fe80::1]',
    'https://[fe80::1%25eth0]',
    'https://[fec0::1]',
    'https://[ff02::1]',
    'https://[4000::1]',
  ])('%s is refused', (url) => {
    expect(strict(url)).toMatchObject({ ok: false });
  });

  test('in development anything over http goes, but not any scheme', () => {
    expect(loose('http://127.0.0.1:8081/shop')).toMatchObject({ ok: true });
    expect(loose('http://intranet:3000')).toMatchObject({ ok: true });
    expect(loose('file:///etc/passwd')).toMatchObject({ ok: false });
    expect(loose('http://user:pass@localhost')).toMatchObject({ ok: false });
  });
});

describe('the guarded lookup', () => {
  const resolver =
    (...addresses: string[]): Resolve =>
    (_hostname, _options, callback) =>
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
  const ask = (allowPrivate: boolean, resolve: Resolve, all = true) =>
    new Promise<{ error: Error | null; address: string | LookupAddress[]; family: number | undefined }>((done) => {
      guardedLookup(allowPrivate, resolve)('shop.example.com', { all }, (error, address, family) =>
        done({ error, address, family }),
      );
    });

  test('gives public addresses, in the form that was asked for', async () => {
    const resolve = resolver('93.184.216.34', '2606:4700::1111');
    expect(await ask(false, resolve)).toMatchObject({
      error: null,
      address: [
        { address: '93.184.216.34', family: 4 },
        { address: '2606:4700::1111', family: 6 },
      ],
    });
    expect(await ask(false, resolve, false)).toEqual({ error: null, address: '93.184.216.34', family: 4 });
  });

  test.each([
    '127.0.0.1',
    '10.0.0.1',
    '169.254.169.254',
    '::1',
    '::ffff:10.0.0.1',
    'fe80::1%eth0',
    'fd00::1',
    'fe80::1',
    '2606:4700::1111%eth0',
    '168.63.129.16',
    '100.100.100.200',
    '64:ff9b::a9fe:a9fe',
    '127.1',
    '0x7f000001',
    'nonsense',
  ])('refuses a name when one of its addresses is %s', async (address) => {
    expect((await ask(false, resolver('93.184.216.34', address))).error).toBeInstanceOf(ForbiddenAddressError);
    expect((await ask(false, resolver('93.184.216.34', address), false)).error).toBeInstanceOf(ForbiddenAddressError);
    expect((await ask(true, resolver(address))).error).toBeNull();
  });

  test('does not tell what a name of the own network leads to', async () => {
    const { error } = await ask(false, resolver('10.20.30.40'));
    expect(error?.message).toContain('shop.example.com');
    expect(error?.message).not.toContain('10.20');
  });

  test('passes errors on, and a name without an address is one', async () => {
    const error = Object.assign(new Error('no'), { code: 'ENOTFOUND' });
    expect((await ask(false, (_name, _options, callback) => callback(error, []))).error).toBe(error);
    for (const all of [true, false]) {
      expect((await ask(false, resolver(), all)).error).toMatchObject({ code: 'ENOTFOUND' });
    }
  });
});
