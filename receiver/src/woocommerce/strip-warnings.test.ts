import { describe, expect, test } from 'vitest';
import { stripWarnings } from './strip-warnings.ts';

const HTML =
  '<br />\n<b>Warning</b>:  Undefined array key [0] in <b>/srv/shop/wp-content/plugins/x/x.php</b> on line <b>12</b><br />\n';
const PLAIN = '\nNotice: Undefined index: foo{bar} in /srv/shop/x.php on line 3\n';

describe("PHP's warnings", () => {
  test.each([
    ['before the JSON, as HTML', `${HTML}{"id":12}`],
    ['before the JSON, plain', `${PLAIN}{"id":12}`],
    ['several of them', `${HTML}${PLAIN}${HTML}{"id":12}`],
    ['behind the JSON', `{"id":12}${HTML}`],
    ['on both sides', `${HTML}{"id":12}${PLAIN}`],
  ])('%s are cut off', (_where, text) => {
    expect(stripWarnings(text)).toEqual({ body: { id: 12 } });
  });

  test('before a list leave the list', () => {
    expect(stripWarnings(`${HTML}[{"id":1},{"id":2}]`)).toEqual({ body: [{ id: 1 }, { id: 2 }] });
  });

  test.each([
    ['a page', '<html><body>{"id":12}</body></html>'],
    ['a page with a warning and no JSON', `<html>${HTML}</html>`],
    ['half an answer behind a warning', `${HTML}{"id":12,"name":`],
    ['a fatal error behind the JSON', '{"id":12}<br /><b>Fatal error</b>: Uncaught Error in x.php'],
    ['a fatal error behind a warning', `${HTML}{"id":12}<b>Fatal error</b>: x`],
    ['nothing', ''],
  ])('%s is none of this', (_what, text) => {
    expect(stripWarnings(text)).toBeNull();
  });
});
