import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { dstncOpenapi, type Json } from './dstnc-openapi.ts';

const document = dstncOpenapi();

test('the committed document is what the schemas say', () => {
  const committed = readFileSync(new URL('../../docs/contract/dstnc.openapi.json', import.meta.url), 'utf8');
  expect(
    committed === `${JSON.stringify(document, null, 2)}\n`,
    'docs/contract/dstnc.openapi.json is out of date: run `npm run contract`',
  ).toBe(true);
});

test('every reference leads somewhere', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"(.*?)"/g)].map(([, pointer]) => pointer ?? '');
  expect(references).toContain('#/components/schemas/Inventory');
  for (const pointer of new Set(references)) expect(resolve(pointer), pointer).toBeDefined();
});

test('is made of nothing that zod leaves behind', () => {
  const text = JSON.stringify(document);
  for (const word of ['__shared', '"$id"', '"$schema"', '"example"', '"id":']) expect(text).not.toContain(word);
});

test('building it twice makes the same', () => {
  expect(dstncOpenapi()).toEqual(document);
});

function resolve(pointer: string): Json | undefined {
  let at: Json | undefined = document;
  for (const part of pointer.split('/').slice(1)) at = (at as Record<string, Json>)[part];
  return at;
}
