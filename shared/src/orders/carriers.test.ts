import { describe, expect, test } from 'vitest';
import { CARRIERS, carrierOf, trackingUrl } from './carriers.ts';

describe('a carrier', () => {
  test.each([
    ['DHL', 'dhl'],
    ['dhl-us', 'dhl'],
    ['Deutsche Post DHL', 'dhl-de'],
    ['deutsche-post-dhl', 'dhl-de'],
    ['UPS', 'ups'],
    ['Fedex', 'fedex'],
    ['Royal Mail', 'royal-mail'],
    ['royal-mail', 'royal-mail'],
    ['DPD.co.uk', 'dpd-uk'],
    ['PostNord Sverige AB', null],
    ['postnord-sverige', 'postnord'],
    ['Česká pošta', 'ceska-posta'],
    ['post.at', 'post-at'],
    ['Österreichische Post', 'post-at'],
    ['inpost-paczkomaty', 'inpost'],
    ['My cousin', null],
    ['', null],
  ])('%j is %j', (name, code) => {
    expect(carrierOf(name)?.code ?? null).toBe(code);
  });

  test('has a code and names of its own', () => {
    const all = CARRIERS.flatMap(({ code, names }) => [code.replace(/[^a-z0-9]/g, ''), ...names]);
    expect(all.filter((name, index) => all.indexOf(name) !== index)).toEqual([]);
    for (const { code, names } of CARRIERS) {
      expect(carrierOf(code)?.code).toBe(code);
      for (const name of names) expect(name).toMatch(/^[a-z0-9]+$/);
    }
  });

  test("has an address that carries the number, however it's written", () => {
    const [ups, packeta] = [carrierOf('ups'), carrierOf('packeta')];
    expect(ups && trackingUrl(ups, '1Z 999&x')).toBe('https://www.ups.com/track?tracknum=1Z%20999%26x');
    expect(packeta && trackingUrl(packeta, 'Z1')).toMatch(/Z1$/);
    for (const carrier of CARRIERS) {
      const url = trackingUrl(carrier, 'N1');
      if (url !== null) expect(new URL(url).href).toContain('N1');
    }
  });
});
