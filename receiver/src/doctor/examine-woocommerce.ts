import type { Check, PluginStatus } from '@dstnc/shared';
import { plainText } from '../catalog/plain-text.ts';
import type { Store } from '../stores/store.ts';
import type { SystemStatus } from '../woocommerce/read-system-status.ts';
import type { StoreAnswer } from '../woocommerce/store-answer.ts';
import { fine, unclear, wrong } from './make-check.ts';

/** What {@link examineWooCommerce} looks at. */
export interface WooCommerceSight {
  readonly store: Pick<Store, 'plugin' | 'access'>;
  /** What its plugin says; null: there is none, or it says nothing. */
  readonly status: PluginStatus | null;
  /** Of a first question to the shop. */
  readonly answer: StoreAnswer;
  /** What WooCommerce tells of itself; null: it doesn't. */
  readonly system: SystemStatus | null;
}

/** The least that works, and the least that the plugin runs on: what is older than that has errors that were mended long ago. */
const VERSIONS = { least: '2.2.0', recent: '5.8.0' };

/** Plugins that are known to come between a shop and DSTNC if they are set so: part of their file, and their name. */
const FILTERS: readonly (readonly [string, string])[] = [
  ['better-wp-security/', 'Solid Security'],
  ['ithemes-security-pro/', 'Solid Security'],
  ['solid-security-pro/', 'Solid Security'],
  ['wordfence/', 'Wordfence'],
  ['all-in-one-wp-security-and-firewall/', 'All-In-One Security'],
  ['disable-json-api/', 'Disable REST API'],
  ['disable-wp-rest-api/', 'Disable WP REST API'],
  ['wp-cerber/', 'WP Cerber'],
  ['wp-hide-security-enhancer/', 'WP Hide'],
  ['hide-my-wp/', 'Hide My WP'],
  ['perfmatters/', 'Perfmatters'],
  ['ninjafirewall/', 'NinjaFirewall'],
  ['malcare-security/', 'MalCare'],
  ['defender-security/', 'Defender'],
  ['bulletproof-security/', 'BulletProof Security'],
];

/** Which WooCommerce runs in the shop, by which API it is spoken to, and which plugins beside it could get in the way. */
export function examineWooCommerce({ store, status, answer, system }: WooCommerceSight): Check[] {
  const version =
    system?.environment?.version ??
    status?.woocommerce ??
    store.access?.woocommerce ??
    store.plugin?.woocommerce ??
    null;
  const newest = system?.active_plugins?.find((one) => one.plugin === 'woocommerce/woocommerce.php')?.version_latest;
  const checks = [versionCheck(version, newest ?? ''), legacyCheck(store, answer, system)];
  // The plugin knows by itself what is beside it.
  return store.plugin !== null && system === null ? checks : [...checks, filterCheck(system)];
}

function versionCheck(version: string | null, newest: string): Check {
  const why = 'A newer version may have mended what hinders DSTNC.';
  const advice = 'Update WooCommerce. Make a backup first.';
  if (version === null || !/^\d+\.\d+/.test(version)) {
    return unclear('woocommerce', "Which WooCommerce runs in your shop can't be told.");
  }
  const shown = plainText(version.slice(0, 40));
  const offered = isNewer(newest, version) ? `Version ${plainText(newest.slice(0, 40))} is available.` : '';
  if (isNewer(VERSIONS.least, version)) {
    const title = `WooCommerce ${shown} is too old for DSTNC.`;
    return wrong('woocommerce', 'problem', { title, detail: `It works from 2.2 on. ${offered}`.trim(), why, advice });
  }
  const title = `WooCommerce ${shown} works with DSTNC.`;
  const isOld = isNewer(VERSIONS.recent, version) || (offered !== '' && major(newest) > major(version));
  if (!isOld) return { ...fine('woocommerce', title, offered), why };
  const detail = offered === '' ? 'But it is old, and errors in it were mended since.' : offered;
  return wrong('woocommerce', 'warning', { title, detail, why, advice });
}

function legacyCheck(
  { access, plugin }: WooCommerceSight['store'],
  answer: StoreAnswer,
  system: SystemStatus | null,
): Check {
  if (plugin === null && access?.api.startsWith('legacy/')) {
    return wrong('legacy_api', 'warning', {
      title: 'DSTNC uses the Legacy API of your shop.',
      detail: 'When it was connected, the current REST API was not there or gave trouble.',
      why: 'The Legacy API is slower, tells nothing by itself, and left WooCommerce with version 9.0.',
      advice:
        'Leave it switched on (WooCommerce > Settings > Advanced > Legacy API). Update WooCommerce, then have the shop connected again.',
      technical: access.api,
    });
  }
  if (plugin === null && !answer.ok && answer.failure.kind !== 'unauthorized') {
    return {
      ...unclear('legacy_api', "Whether the Legacy API could help can't be told yet."),
      detail:
        'If nothing else does: switch it on under WooCommerce > Settings > Advanced > Legacy API (from WooCommerce 9.0 on with the plugin "WooCommerce Legacy REST API"), then have the shop connected again.',
    };
  }
  const isOn = system?.settings?.api_enabled;
  return {
    ...fine(
      'legacy_api',
      'The Legacy API is not needed.',
      'DSTNC uses WooCommerce’s current REST API, which is always switched on.',
    ),
    technical: isOn === undefined ? '' : `woocommerce_api_enabled: ${isOn ? 'yes' : 'no'}`,
  };
}

function filterCheck(system: SystemStatus | null): Check {
  const active = system?.active_plugins;
  if (active === undefined) return unclear('filters', "Which plugins of your shop could be in the way can't be told.");
  const names = FILTERS.filter(([folder]) => active.some((one) => one.plugin.startsWith(folder))).map(
    ([, name]) => name,
  );
  const solid = names.includes('Solid Security')
    ? ' In Solid Security, "Filter suspicious query strings in the URL" has to stay off (Security > Settings > System Tweaks).'
    : '';
  const detail =
    names.length === 0
      ? ''
      : `Active, and able to get in the way if set so: ${[...new Set(names)].join(', ')}.${solid}`;
  return {
    ...fine('filters', 'No filter is known to be in the way.', detail),
    why: 'Security plugins take long or unusual addresses for attacks, and DSTNC’s are both at times.',
  };
}

/** Versions as WooCommerce has them, "11.0.1" or "9.0.0-beta.1"; what is none is older than everything. */
function isNewer(one: string, other: string): boolean {
  const [a, b] = [numbers(one), numbers(other)];
  for (let i = 0; i < 3; i++) if ((a[i] ?? 0) !== (b[i] ?? 0)) return (a[i] ?? 0) > (b[i] ?? 0);
  return false;
}

function major(version: string): number {
  return numbers(version)[0] ?? 0;
}

function numbers(version: string): number[] {
  return (/^\d+(\.\d+){0,2}/.exec(version)?.[0] ?? '0').split('.').map(Number);
}
