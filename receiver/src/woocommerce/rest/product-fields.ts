/**
 * What of a product is asked for: all that readStoreProduct() in `shared` reads. Leaving out the rest saves the store more than bytes:
 * related products and prices as HTML cost it queries. Older versions of wc/… say stock and dates in words of their own, mapped in
 * older-words.ts.
 */
export const PRODUCT_FIELDS = [
  'id',
  'parent_id',
  'type',
  'status',
  'post_password',
  'name',
  'permalink',
  'description',
  'short_description',
  'sku',
  'global_unique_id',
  'price',
  'regular_price',
  'sale_price',
  'on_sale',
  'purchasable',
  'manage_stock',
  'stock_status',
  'in_stock',
  'backordered',
  'stock_quantity',
  'backorders',
  'weight',
  'dimensions',
  'categories',
  'brands',
  'images',
  'image',
  'attributes',
  'variations',
  'date_modified',
  'date_modified_gmt',
].join(',');
