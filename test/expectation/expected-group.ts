/** A product or variation as wc/v3 says it, with what an expectation is made from. */
export interface AnsweredItem {
  readonly id: number;
  readonly name?: string;
  readonly type?: string;
  readonly status?: string;
  readonly sku?: string;
  readonly price?: string;
  readonly purchasable?: boolean;
  readonly post_password?: string;
  readonly manage_stock?: boolean | 'parent';
  readonly stock_status?: string;
  readonly stock_quantity?: number | null;
}

/** What a shopper must find at DSTNC of one item. */
export interface ExpectedItem {
  readonly tracked: boolean;
  readonly quantity: number | null;
  readonly purchasable: boolean;
  readonly price: string;
}

/** What must be at DSTNC of one product. `absent`: nothing that a shopper could see. */
export type ExpectedGroup =
  | { readonly state: 'absent' }
  | {
      readonly state: 'active' | 'hidden';
      readonly title: string;
      readonly items: Readonly<Record<string, ExpectedItem>>;
    };

/**
 * What DSTNC must hold for a product that the store describes like this. Written down from the vendor documentation's words by
 * itself, without a line of the code under test: where the two differ, one of them is wrong.
 */
export function expectedGroup(product: AnsweredItem, variations: readonly AnsweredItem[]): ExpectedGroup {
  if (product.status === 'trash') return { state: 'absent' };
  const items: Record<string, ExpectedItem> = {};
  if (product.type === 'variable') {
    for (const variation of variations) {
      const buyable = variation.status === 'publish' && variation.price !== '' && variation.purchasable !== false;
      if (buyable) items[`${product.id}:${variation.id}`] = expectedItem(variation, product);
    }
  } else {
    items[`${product.id}:0`] = expectedItem(product, product);
  }
  const shown =
    product.status === 'publish' &&
    !product.post_password &&
    ((product.type === 'simple' && product.price !== '' && product.purchasable !== false) ||
      (product.type === 'variable' && Object.keys(items).length > 0));
  return { state: shown ? 'active' : 'hidden', title: product.name ?? '', items };
}

function expectedItem(item: AnsweredItem, parent: AnsweredItem): ExpectedItem {
  const price = item.price ?? '';
  if (item.manage_stock === true || item.manage_stock === 'parent') {
    const stock = item.manage_stock === 'parent' ? parent.stock_quantity : item.stock_quantity;
    const quantity = Math.max(0, Math.floor(stock ?? 0));
    return { tracked: true, quantity, purchasable: quantity > 0, price };
  }
  if (item.stock_status === 'instock') return { tracked: false, quantity: null, purchasable: true, price };
  return { tracked: true, quantity: 0, purchasable: false, price };
}
