import type { ShopLanguages } from '@dstnc/shared';

/** A language plugin, as far as the receiver knows it. */
export type LanguagePlugin = Pick<ShopLanguages, 'plugin' | 'name' | 'supported'>;

/**
 * Language plugins by their folder in a shop; the same ones as in plugin/includes/Languages/Languages.php. Those that can be read go first:
 * a shop that has WPML and a switcher of flags is one of WPML's. Polylang answers over wc/v3 in its paid form only.
 */
const BY_FOLDER: readonly (readonly [folder: string, plugin: LanguagePlugin])[] = [
  ['sitepress-multilingual-cms', { plugin: 'wpml', name: 'WPML', supported: true }],
  ['polylang-pro', { plugin: 'polylang', name: 'Polylang Pro', supported: true }],
  ['polylang', { plugin: 'polylang', name: 'Polylang', supported: false }],
  ...Object.entries({
    'translatepress-multilingual': 'TranslatePress',
    weglot: 'Weglot',
    'qtranslate-xt': 'qTranslate-XT',
    'qtranslate-x': 'qTranslate X',
    'wp-multilang': 'WP Multilang',
    gtranslate: 'GTranslate',
    multilingualpress: 'MultilingualPress',
    'multilingual-press': 'MultilingualPress',
    'conveythis-translate': 'ConveyThis',
    linguise: 'Linguise',
    falang: 'Falang',
    sublanguage: 'Sublanguage',
    bogo: 'Bogo',
  }).map(([folder, name]) => [folder, { plugin: null, name, supported: false }] as const),
];

/**
 * Finds the language plugin among a shop's active plugins.
 *
 * @param files as `polylang-pro/polylang.php`
 */
export function findLanguagePlugin(files: readonly string[]): LanguagePlugin {
  const folders = new Set(files.map((file) => file.split('/')[0]));
  const found = BY_FOLDER.find(([folder]) => folders.has(folder));
  return found?.[1] ?? { plugin: null, name: '', supported: true };
}
