import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openStorage } from '@dstnc/receiver/cli/open-storage.ts';
import { readConfig } from '@dstnc/receiver/config.ts';
import { hashToken } from '@dstnc/receiver/connections/secret-token.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const RECEIVER = fileURLToPath(new URL('../../receiver/bin/receiver.js', import.meta.url));
const DAY = 86_400_000;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dstnc-invite-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const environment = () => ({ DATABASE_URL: `sqlite:${join(folder, 'receiver.db')}` });

function receiver(args: readonly string[], env: Record<string, string> = {}) {
  const variables = { PATH: process.env.PATH, PUBLIC_URL: 'https://in.example', ...environment(), ...env };
  return new Promise<{ code: number; out: string; err: string }>((resolve) => {
    execFile(process.execPath, [RECEIVER, ...args], { env: variables }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

/** What the plugin reads of a code, without being able to check it. */
function said(code: string): Record<string, unknown> {
  const [, payload = ''] = /^dstnc1_([\w-]+)\.[\w-]{43}$/.exec(code) ?? [];
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
}

describe('receiver invite', () => {
  test('makes a code without a running server, that names receiver, vendor and its end', async () => {
    const before = Date.now();
    const { code, out, err } = await receiver(['invite', '--vendor', 'nordic-lamps']);
    expect(code).toBe(0);
    // Who did it, and nothing else.
    expect(JSON.parse(err)).toMatchObject({
      audit: true,
      action: 'receiver invite',
      subject: 'nordic-lamps',
      outcome: 'done',
    });
    const [made = ''] = /dstnc1_\S+/.exec(out) ?? [];
    const { v, receiver: url, vendor, token, exp } = said(made);
    expect({ v, url, vendor }).toEqual({ v: 1, url: 'https://in.example', vendor: 'nordic-lamps' });
    expect(Number(exp) * 1000).toBeGreaterThanOrEqual(before + 7 * DAY - 1_000);
    expect(Number(exp) * 1000).toBeLessThanOrEqual(Date.now() + 7 * DAY);
    expect(String(token)).toHaveLength(43);
    const { storage, codes } = await openStorage(readConfig(environment()));
    expect(codes.read(made)).toMatchObject({ ok: true, code: { vendor: 'nordic-lamps', token } });
    expect(await storage.invitations.byTokenHash(hashToken(String(token)))).toMatchObject({
      vendor: 'nordic-lamps',
      usedAt: null,
      expiresAt: Number(exp) * 1000,
    });
    await storage.close();
    const files = ['receiver.db', 'receiver.db-wal'].map((name) => {
      try {
        return readFileSync(join(folder, name)).toString('latin1');
      } catch {
        return '';
      }
    });
    expect(files.join('')).toContain('nordic-lamps');
    expect(files.join('')).not.toContain(String(token));
  });

  test('adds a link into the shop, and answers as JSON', async () => {
    const args = [
      'invite',
      '--vendor',
      'lamps',
      '--url',
      'https://shop.example/wordpress/',
      '--expires',
      '12h',
      '--json',
    ];
    const { code, out } = await receiver(args);
    expect(code).toBe(0);
    const made = JSON.parse(out) as Record<string, string>;
    expect(made).toMatchObject({ vendor: 'lamps', id: expect.stringMatching(/^in_/) as string });
    expect(Date.parse(String(made.expiresAt))).toBeLessThanOrEqual(Date.now() + DAY / 2);
    const link = new URL(String(made.link));
    expect(link.href.startsWith('https://shop.example/wordpress/wp-admin/admin.php?page=dstnc&code=dstnc1_')).toBe(
      true,
    );
    // Nothing in a code may be changed by being in an address.
    expect(link.searchParams.get('code')).toBe(made.code);
  });

  test('makes another code each time', async () => {
    const codes = await Promise.all([1, 2, 3].map(() => receiver(['invite', '--vendor', 'lamps', '--json'])));
    expect(new Set(codes.map(({ out }) => (JSON.parse(out) as { code: string }).code)).size).toBe(3);
  });

  test('says that a code without a public address is good on this machine only', async () => {
    const { code, err } = await receiver(['invite', '--vendor', 'lamps'], { PUBLIC_URL: '' });
    expect(code).toBe(0);
    expect(err).toContain('PUBLIC_URL');
  });

  test.each([
    ['no vendor', []],
    ['an odd vendor', ['--vendor', 'a b']],
    ['no address', ['--vendor', 'lamps', '--url', 'shop']],
    ['an odd duration', ['--vendor', 'lamps', '--expires', 'soon']],
    ['no duration', ['--vendor', 'lamps', '--expires', '0d']],
    ['a year', ['--vendor', 'lamps', '--expires', '365d']],
  ])('with %s is used wrongly', async (_name, args) => {
    const { code, out, err } = await receiver(['invite', ...args]);
    expect([code, out]).toEqual([2, '']);
    expect(err).not.toBe('');
  });
});
