import type { Store } from '../store/store.ts';

/** Makes a lamp whose stock is counted, and gives its id. */
export async function createLamp(store: Store, quantity: number, name = 'Lamp'): Promise<number> {
  const { status, body, raw } = await store.wc('POST', 'products', {
    name,
    regular_price: '10',
    manage_stock: true,
    stock_quantity: quantity,
  });
  if (status !== 201) throw new Error(`products: ${status} ${raw.slice(0, 500)}`);
  return body.id;
}
