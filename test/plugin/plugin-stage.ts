import type { Vendor } from '../browser/vendor.ts';
import type { Stage } from '../recordings/scenario.ts';

/** What a row of the matrix plays with: a stage that can be clicked, too. */
export interface PluginStage extends Stage {
  /** A vendor in wp-admin. */
  readonly vendor: Vendor;
}

/** Something that happens in a store, and that DSTNC has to show at once. */
export interface MatrixRow {
  /** The row of the table of what core queues, in words. */
  readonly name: string;
  /** Skipped in versions of WooCommerce before this one, which can't do it. */
  readonly since?: string;
  /** The steps that a shopper at DSTNC can't see. */
  readonly unseen?: readonly string[];
  play(stage: PluginStage): Promise<void>;
}
