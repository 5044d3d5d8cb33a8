import { expect, test } from 'vitest';
import { languageAmong, languageCode } from './language-code.ts';

test.each([
  ['pt-BR', ['en', 'pt-br'], 'pt-br'],
  ['pt_BR', ['en', 'pt-br', 'pt-pt'], 'pt-br'],
  ['de', ['en-us', 'de'], 'de'],
  ['de', ['en', 'de-de'], 'de-de'],
  ['de-AT', ['en', 'de'], 'de'],
  ['de', ['de-at', 'de-ch'], null],
  ['pt-BR', ['pt-pt'], null],
  ['fr', ['en', 'de'], null],
  ['de', [], null],
])('%s of %j is %s', (wanted, codes, meant) => {
  expect(languageAmong(wanted, codes)).toBe(meant);
});

test.each(['', 'english', '../x', 'de\n', `de-${'x'.repeat(100)}`, 7, null])('%j is no language', (text) => {
  expect(languageCode(text)).toBeNull();
});
