import type { Scenario } from '../scenario.ts';
import { bulkEdit } from './bulk-edit.ts';
import { checkoutStockReduction } from './checkout-stock-reduction.ts';
import { creationPing } from './creation-ping.ts';
import { deletedBeforeDelivery } from './deleted-before-delivery.ts';
import { draftPublished } from './draft-published.ts';
import { editedPastWoocommerce } from './edited-past-woocommerce.ts';
import { existingCatalog } from './existing-catalog.ts';
import { falseProductDeleted } from './false-product-deleted.ts';
import { hiddenProducts } from './hidden-products.ts';
import { orderCompletedHposOff } from './order-completed-hpos-off.ts';
import { orderCompletedHposOn } from './order-completed-hpos-on.ts';
import { parentManagedVariations } from './parent-managed-variations.ts';
import { permanentDelete } from './permanent-delete.ts';
import { productTypes } from './product-types.ts';
import { saveStorm } from './save-storm.ts';
import { scheduledSale } from './scheduled-sale.ts';
import { stockByMetaAndSql } from './stock-by-meta-and-sql.ts';
import { stockManagementOff } from './stock-management-off.ts';
import { stockSituations } from './stock-situations.ts';
import { trashUntrash } from './trash-untrash.ts';
import { variationRemoved } from './variation-removed.ts';
import { variationStockAndPrice } from './variation-stock-and-price.ts';
import { webhookUserDeleted } from './webhook-user-deleted.ts';

/** Everything that is recorded, in each version. */
export const scenarios: readonly Scenario[] = [
  productTypes,
  stockSituations,
  variationStockAndPrice,
  parentManagedVariations,
  checkoutStockReduction,
  scheduledSale,
  draftPublished,
  hiddenProducts,
  trashUntrash,
  falseProductDeleted,
  bulkEdit,
  saveStorm,
  creationPing,
  webhookUserDeleted,
  deletedBeforeDelivery,
  permanentDelete,
  variationRemoved,
  stockByMetaAndSql,
  editedPastWoocommerce,
  stockManagementOff,
  existingCatalog,
  orderCompletedHposOn,
  orderCompletedHposOff,
];
