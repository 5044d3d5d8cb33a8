/**
 * A simple product as a shop sends it over wc/v3 or a webhook: published, for sale, four in stock.
 *
 * @param over what is different about it
 */
export function lamp(id: number, over: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id,
    name: `Lamp ${id}`,
    type: 'simple',
    status: 'publish',
    price: '5',
    regular_price: '5',
    purchasable: true,
    manage_stock: true,
    stock_quantity: 4,
    stock_status: 'instock',
    parent_id: 0,
    date_modified_gmt: '2026-01-01T00:00:00',
    ...over,
  };
}
