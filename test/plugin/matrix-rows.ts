import { bulkEdit } from '../recordings/scenarios/bulk-edit.ts';
import { checkoutStockReduction } from '../recordings/scenarios/checkout-stock-reduction.ts';
import { deletedBeforeDelivery } from '../recordings/scenarios/deleted-before-delivery.ts';
import { draftPublished } from '../recordings/scenarios/draft-published.ts';
import { editedPastWoocommerce } from '../recordings/scenarios/edited-past-woocommerce.ts';
import { falseProductDeleted } from '../recordings/scenarios/false-product-deleted.ts';
import { hiddenProducts } from '../recordings/scenarios/hidden-products.ts';
import { parentManagedVariations } from '../recordings/scenarios/parent-managed-variations.ts';
import { permanentDelete } from '../recordings/scenarios/permanent-delete.ts';
import { productTypes } from '../recordings/scenarios/product-types.ts';
import { scheduledSale } from '../recordings/scenarios/scheduled-sale.ts';
import { stockSituations } from '../recordings/scenarios/stock-situations.ts';
import { trashUntrash } from '../recordings/scenarios/trash-untrash.ts';
import { variationRemoved } from '../recordings/scenarios/variation-removed.ts';
import { variationStockAndPrice } from '../recordings/scenarios/variation-stock-and-price.ts';
import type { MatrixRow } from './plugin-stage.ts';
import { adminForms } from './rows/admin-forms.ts';
import { checkout } from './rows/checkout.ts';
import { csvImport } from './rows/csv-import.ts';
import { parentOfVariation } from './rows/parent-of-variation.ts';
import { stockAsMeta } from './rows/stock-as-meta.ts';

/**
 * The table of what core queues, row by row, as far as it is seen in products: also where core sends nothing, or something false.
 * Rows written by raw SQL fire no hook and aren't here.
 */
export const matrixRows: readonly MatrixRow[] = [
  { name: 'simple product saved: REST', play: (stage) => stockSituations.play(stage) },
  { name: 'products of every type created', play: (stage) => productTypes.play(stage) },
  {
    name: 'simple product saved: quick edit, visibility',
    unseen: ['It was hidden from the catalogue and the search', 'It was shown in the search alone'],
    play: (stage) => hiddenProducts.play(stage),
  },
  { name: 'simple product saved: bulk edit, bulk trash, batch', play: (stage) => bulkEdit.play(stage) },
  adminForms,
  csvImport,
  {
    name: 'stock reduced and restored by an order',
    unseen: ['An order was placed, not yet paid for'],
    play: (stage) => checkoutStockReduction.play(stage),
  },
  ...checkout,
  { name: "variation's stock or price", play: (stage) => variationStockAndPrice.play(stage) },
  { name: 'variation with parent-managed stock', play: (stage) => parentManagedVariations.play(stage) },
  parentOfVariation,
  {
    name: 'trash, untrash',
    unseen: ['Both were published'],
    play: (stage) => trashUntrash.play(stage),
  },
  { name: 'permanent delete (core sends nothing)', play: (stage) => permanentDelete.play(stage) },
  { name: 'deleted right after a change', play: (stage) => deletedBeforeDelivery.play(stage) },
  { name: 'variation removed (core sends nothing)', play: (stage) => variationRemoved.play(stage) },
  {
    name: 'a page trashed (core sends a false product.deleted)',
    unseen: [
      'A page was published',
      'The page was trashed over the REST API of WordPress',
      'The page was taken out of the trash',
    ],
    play: (stage) => falseProductDeleted.play(stage),
  },
  stockAsMeta,
  { name: 'wp_update_post by another plugin (core sends nothing)', play: (stage) => editedPastWoocommerce.play(stage) },
  {
    name: 'draft → published',
    unseen: ['The product was set to pending review'],
    play: (stage) => draftPublished.play(stage),
  },
  {
    name: 'scheduled sale starts and ends',
    unseen: ['A sale to come was scheduled for both'],
    play: (stage) => scheduledSale.play(stage),
  },
];
