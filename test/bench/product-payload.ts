/** Bytes of a payload: what a product with a long description, three pictures and some plugin's meta data weighs. */
const BYTES = 5 * 1024;

const SENTENCE =
  'A lamp of brushed steel and oak, made to be repaired: every part comes apart with one key, and the shade is sewn. ';

/**
 * A simple product as WooCommerce 11 sends it in a webhook and over wc/v3: the same fields in the same order, slashes escaped as
 * PHP does, always exactly 5 KB. Tracked in stock; `quantity` is what changes from one delivery to the next.
 */
export function productPayload(id: number, quantity: number): string {
  const product = {
    id,
    name: `Lamp “Oslo” ${id}`,
    slug: `lamp-oslo-${id}`,
    permalink: `https://bench.example/product/lamp-oslo-${id}/`,
    date_created: '2026-03-01T10:00:00',
    date_created_gmt: '2026-03-01T09:00:00',
    date_modified: '2026-11-20T15:04:05',
    date_modified_gmt: '2026-11-20T14:04:05',
    type: 'simple',
    status: 'publish',
    featured: false,
    catalog_visibility: 'visible',
    description: '',
    short_description: '<p>Warm light, no plastic.</p>\n',
    sku: `L-OSL-${id}`,
    price: '129.00',
    regular_price: '149.00',
    sale_price: '129.00',
    date_on_sale_from: null,
    date_on_sale_from_gmt: null,
    date_on_sale_to: null,
    date_on_sale_to_gmt: null,
    on_sale: true,
    purchasable: quantity > 0,
    total_sales: 42,
    virtual: false,
    downloadable: false,
    downloads: [],
    download_limit: -1,
    download_expiry: -1,
    external_url: '',
    button_text: '',
    tax_status: 'taxable',
    tax_class: '',
    manage_stock: true,
    stock_quantity: quantity,
    backorders: 'no',
    backorders_allowed: false,
    backordered: false,
    low_stock_amount: null,
    sold_individually: false,
    weight: '2.4',
    dimensions: { length: '30', width: '30', height: '52' },
    shipping_required: true,
    shipping_taxable: true,
    shipping_class: '',
    shipping_class_id: 0,
    reviews_allowed: true,
    average_rating: '4.50',
    rating_count: 12,
    upsell_ids: [],
    cross_sell_ids: [],
    parent_id: 0,
    purchase_note: '',
    categories: [
      { id: 15, name: 'Lamps', slug: 'lamps' },
      { id: 18, name: 'Table lamps', slug: 'table-lamps' },
    ],
    brands: [{ id: 31, name: 'Nordic Lamps', slug: 'nordic-lamps' }],
    tags: [{ id: 40, name: 'oak', slug: 'oak' }],
    images: [1, 2, 3].map((n) => ({
      id: id * 10 + n,
      date_created: '2026-03-01T10:00:00',
      date_created_gmt: '2026-03-01T09:00:00',
      date_modified: '2026-03-01T10:00:00',
      date_modified_gmt: '2026-03-01T09:00:00',
      src: `https://bench.example/wp-content/uploads/2026/03/oslo-${id}-${n}.jpg`,
      name: `oslo-${id}-${n}.jpg`,
      alt: 'Lamp “Oslo”',
    })),
    attributes: [
      { id: 1, name: 'Material', slug: 'pa_material', position: 0, visible: true, variation: false, options: ['Oak'] },
    ],
    default_attributes: [],
    variations: [],
    grouped_products: [],
    menu_order: 0,
    price_html:
      '<del><span class="woocommerce-Price-amount amount"><bdi>149.00&nbsp;<span>&euro;</span></bdi></span></del> <ins><span class="woocommerce-Price-amount amount"><bdi>129.00&nbsp;<span>&euro;</span></bdi></span></ins>',
    related_ids: [id + 1, id + 2, id + 3],
    meta_data: [{ id: id * 7, key: '_wpcom_is_markdown', value: '1' }],
    stock_status: quantity > 0 ? 'instock' : 'outofstock',
    has_options: false,
    post_password: '',
    global_unique_id: '4006381333931',
    _links: {
      self: [
        {
          href: `https://bench.example/wp-json/wc/v3/products/${id}`,
          targetHints: { allow: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] },
        },
      ],
      collection: [{ href: 'https://bench.example/wp-json/wc/v3/products' }],
    },
  };
  const missing = BYTES - Buffer.byteLength(json(product));
  const text = SENTENCE.repeat(Math.ceil(missing / SENTENCE.length)).slice(0, missing);
  return json({ ...product, description: text });
}

function json(value: unknown): string {
  return JSON.stringify(value).replaceAll('/', '\\/').replaceAll('“', '\\u201c').replaceAll('”', '\\u201d');
}
