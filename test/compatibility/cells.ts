import type { StoreOptions } from '../store/store-options.ts';

/** One combination: which WooCommerce, how it is spoken to, and whether its webhooks arrive. */
export interface Cell {
  readonly woocommerce: string;
  /** `legacy`: keys, with WordPress's REST API out of order and the Legacy API switched on. */
  readonly access: 'plugin' | 'keys' | 'legacy';
  readonly webhooks: 'work' | 'dropped';
}

const VERSIONS = ['3.9.1', '5.9.0', '6.7.0', '7.9.0', '8.9.3', '9.4.3', '10.6.2', '11.0.1'];

/** The plugin runs from WooCommerce 5.8 on. */
const WITHOUT_PLUGIN = new Set(['3.9.1']);
const WITH_LEGACY = new Set(['3.9.1', '8.9.3']);

/** All of them. */
export function allCells(): readonly Cell[] {
  return VERSIONS.flatMap((woocommerce) =>
    (['plugin', 'keys', 'legacy'] as const)
      .filter((access) => access !== 'plugin' || !WITHOUT_PLUGIN.has(woocommerce))
      .filter((access) => access !== 'legacy' || WITH_LEGACY.has(woocommerce))
      .flatMap((access) => (['work', 'dropped'] as const).map((webhooks) => ({ woocommerce, access, webhooks }))),
  );
}

/** Each version, each way, and both kinds of webhooks, without all of their combinations. */
export function diagonalCells(): readonly Cell[] {
  const cell = (woocommerce: string, access: Cell['access'], webhooks: Cell['webhooks']) => ({
    woocommerce,
    access,
    webhooks,
  });
  return [
    cell('11.0.1', 'plugin', 'work'),
    cell('11.0.1', 'keys', 'dropped'),
    cell('8.9.3', 'legacy', 'dropped'),
    cell('5.9.0', 'plugin', 'dropped'),
    cell('3.9.1', 'keys', 'dropped'),
    cell('3.9.1', 'legacy', 'dropped'),
    cell('6.7.0', 'keys', 'dropped'),
    cell('7.9.0', 'plugin', 'dropped'),
    cell('8.9.3', 'keys', 'work'),
    cell('9.4.3', 'keys', 'dropped'),
    cell('10.6.2', 'plugin', 'dropped'),
  ];
}

/** "11.0.1, plugin, every webhook dropped" */
export function cellName({ woocommerce, access, webhooks }: Cell): string {
  return `${woocommerce}, ${access}, ${webhooks === 'work' ? 'webhooks work' : 'every webhook dropped'}`;
}

/** The store of a cell. */
export function cellStore({ woocommerce }: Cell): Pick<StoreOptions, 'woocommerce'> {
  return { woocommerce };
}
