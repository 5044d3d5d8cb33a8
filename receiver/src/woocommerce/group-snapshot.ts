import type { StoreProduct } from '@dstnc/shared';
import type { GroupLanguage } from './group-language.ts';

/** One product or variation as it was read, with what couldn't be read of it. */
export interface StoreItem {
  readonly product: StoreProduct;
  /** Fields that were left out, one sentence each. */
  readonly issues: readonly string[];
}

/** A product with all its variations, as the store described it at one moment. */
export interface GroupSnapshot {
  readonly item: StoreItem;
  /** Empty unless the product is variable. */
  readonly variations: readonly StoreItem[];
  /** Milliseconds since 1970: when the read began, or when the payload arrived. */
  readonly readAt: number;
  /** What its prices are in, where the store says so together with the product. */
  readonly prices?: { readonly currency?: string; readonly taxIncluded?: boolean };
  /** The language of its words, where that was read. */
  readonly language?: GroupLanguage;
}
