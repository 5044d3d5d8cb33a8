import { pluginStatus } from '@dstnc/shared';
import { expect, test } from 'vitest';
import { examineLanguage } from './examine-language.ts';

const shape = pluginStatus.shape.languages;
const one = shape.parse({ supported: true });
const wpml = shape.parse({ plugin: 'wpml', name: 'WPML', supported: true, default: 'en', available: ['en', 'de'] });
const weglot = shape.parse({ name: 'Weglot', supported: false });
const unseen = shape.parse({ plugin: 'wpml', name: 'WPML', supported: true, default: 'en-US' });

test.each([
  ['one language', null, one, null, ''],
  ['nothing to say', null, null, null, ''],
  ['its own language', null, wpml, 'ok', 'own language (en)'],
  ['a plugin that nobody needs to read', null, weglot, 'ok', "can't read the translations of Weglot"],
  ['a language that it has', 'de-DE', wpml, 'ok', 'in de-DE'],
  ['a language that only its products know of', 'de', unseen, 'ok', 'in de'],
  ['a language that it has not', 'fr', wpml, 'warning', 'no language fr'],
  ['another language, and no plugin for it', 'fr', one, 'warning', 'not translated into fr'],
  ['another language, and a plugin that can’t be read', 'fr', weglot, 'warning', 'translations of Weglot'],
  ['another language, and silence', 'fr', null, 'unknown', 'fr'],
] as const)('%s', (_name, wanted, languages, status, title) => {
  const checks = examineLanguage(wanted, languages);
  expect(checks).toHaveLength(status === null ? 0 : 1);
  if (status !== null)
    expect(checks[0]).toMatchObject({ id: 'language', status, title: expect.stringContaining(title) });
  for (const { status: found, why, advice } of checks) {
    if (found === 'warning') expect([why !== '', advice !== '']).toEqual([true, true]);
  }
});
