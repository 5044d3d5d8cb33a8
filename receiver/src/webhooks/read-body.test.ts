import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readBody } from './read-body.ts';

const json = (bytes: string | Buffer) => readBody(Buffer.from(bytes)).json;

describe("a delivery's body", () => {
  test('is JSON, with or without a byte order mark', () => {
    expect(json('{"id":7}')).toEqual({ id: 7 });
    expect(json('\uFEFF{"id":7}')).toEqual({ id: 7 });
  });

  test.each(['', '<html>', '{"id":7', 'webhook_id=3', 'undefined'])('that is not JSON is undefined: %j', (text) => {
    expect(readBody(Buffer.from(text))).toEqual({ text, json: undefined });
  });

  test('JSON null is something else than no JSON', () => {
    expect(json('null')).toBeNull();
  });

  test('with bytes that are no UTF-8 is read all the same', () => {
    const body = Buffer.concat([Buffer.from('{"name":"L'), Buffer.from([0xff, 0xc3]), Buffer.from('mp","id":7}')]);
    expect(json(body)).toMatchObject({ id: 7, name: expect.stringMatching(/^L\uFFFD+mp$/) as string });
  });

  test('with raw control characters inside strings is read, and its text is JSON then', () => {
    const raw = '{"name":"a\nb\u0000c\td","id":7}';
    const { text, json: read } = readBody(Buffer.from(raw));
    expect(read).toEqual({ name: 'a\nb\u0000c\td', id: 7 });
    expect(JSON.parse(text)).toEqual(read);
  });

  test('with line breaks between its tokens, too', () => {
    expect(json('{\n\t"name": "a\nb\\"\n",\r\n\t"id": 7\n}\n')).toEqual({ name: 'a\nb"\n', id: 7 });
  });

  test('never fails, and reads whatever is JSON as JSON does', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(() => readBody(Buffer.from(bytes))).not.toThrow();
      }),
    );
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(readBody(Buffer.from(text))).toEqual({ text, json: JSON.parse(text) as unknown });
      }),
    );
  });
});
