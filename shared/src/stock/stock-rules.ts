import { shown } from '../shown.ts';
import type { StockFacts } from './stock-facts.ts';
import { stockQuantity } from './stock-quantity.ts';

/** What a store's operator may choose about the rules. */
export interface StockOptions {
  /** `allow` lets DSTNC sell what WooCommerce would take on backorder. The rules read literally say `deny`. */
  readonly backorders?: 'deny' | 'allow';
  /** The product that a variation belongs to: its pool counts where the variation says `manage_stock: "parent"`. */
  readonly parent?: StockFacts;
}

/** What DSTNC is told about one item, and why. */
export interface StockOutcome {
  /** 1: not managed and in stock. 2: not managed and not in stock. 3: managed. */
  readonly rule: 1 | 2 | 3;
  readonly tracked: boolean;
  /** Whole units; null where stock is not tracked. */
  readonly quantity: number | null;
  readonly purchasable: boolean;
  /** Whose units these are: `parent` means that all variations of the product share them. */
  readonly pool: 'own' | 'parent';
  /** The WooCommerce fields that decided, as the store sent them. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** The decision in words for people, without a full stop. */
  readonly because: string;
  /** What was odd about the store's values, in words for people. */
  readonly notes: readonly string[];
}

/** Plugins and old versions send `"yes"`, `"1"`, `1`: WooCommerce's own wc_string_to_bool() reads these as true. */
function managed(value: unknown): boolean | 'parent' {
  if (typeof value === 'string') {
    const word = value.toLowerCase();
    return word === 'parent' ? 'parent' : word === 'yes' || word === 'true' || word === '1';
  }
  return value === true || value === 1;
}

/**
 * The stock rules of the vendor documentation, in full:
 *
 * 1. tracking off, status `instock`: not tracked, purchasable;
 * 2. tracking off, any other status: tracked, quantity 0, not purchasable;
 * 3. tracking on: tracked, quantity max(0, floor(qty)), purchasable if and only if it is greater than 0.
 *
 * Pure; the golden vectors in `shared/vectors/stock-rules.json` hold it and its PHP twin to the same answers.
 */
export function stockRules(facts: StockFacts, options: StockOptions = {}): StockOutcome {
  const { manage_stock, stock_status, stock_quantity } = facts;
  const tracking = managed(manage_stock);
  const status = typeof stock_status === 'string' ? stock_status.toLowerCase() : stock_status;
  const allow = options.backorders === 'allow';

  if (tracking === false) {
    const fields = { manage_stock: field(manage_stock), stock_status: field(stock_status) };
    if (status === 'instock') {
      return {
        rule: 1,
        tracked: false,
        quantity: null,
        purchasable: true,
        pool: 'own',
        fields,
        because: 'stock is not managed and the item is in stock',
        notes: [],
      };
    }
    const backordered = allow && status === 'onbackorder';
    return {
      rule: 2,
      tracked: true,
      quantity: 0,
      purchasable: backordered,
      pool: 'own',
      fields,
      because: backordered
        ? 'stock is not managed, the item is on backorder, and this store lets DSTNC sell backorders'
        : `stock is not managed and the item is not in stock (${words(stock_status)})`,
      notes: [],
    };
  }

  // The parent is asked only if it keeps stock itself: a plugin can leave "parent" on a variation whose product doesn't, and then
  // the variation's own copy of the quantity is all there is.
  const shared = tracking === 'parent' && options.parent !== undefined && managed(options.parent.manage_stock) === true;
  const source = shared && options.parent ? options.parent : facts;
  const { units, note } = stockQuantity(source.stock_quantity);
  const notes = note === undefined ? [] : [note];
  if (tracking === 'parent' && !shared) {
    notes.push(
      "the variation says that its product manages the stock, but the product doesn't: the variation's own quantity counts",
    );
  }
  const backorders = source.backorders ?? facts.backorders;
  const backordered = allow && units === 0 && (backorders === 'yes' || backorders === 'notify');
  const where = tracking === 'parent' ? 'stock is managed for the product as a whole' : 'stock is managed';
  return {
    rule: 3,
    tracked: true,
    quantity: units,
    purchasable: units > 0 || backordered,
    pool: tracking === 'parent' ? 'parent' : 'own',
    fields: {
      manage_stock: field(manage_stock),
      stock_status: field(stock_status),
      stock_quantity: field(stock_quantity),
      ...(shared ? { 'parent.stock_quantity': field(source.stock_quantity) } : {}),
      ...(allow ? { backorders: field(backorders) } : {}),
    },
    because: `${where}, quantity ${units}${backordered ? ', and this store lets DSTNC sell backorders' : ''}`,
    notes,
  };
}

/** As the store sent it, but for what no stock field can be: that is named by its kind. */
function field(value: unknown): unknown {
  if (typeof value === 'string') return value.slice(0, 200);
  return typeof value === 'object' && value !== null ? `(${shown(value)})` : (value ?? null);
}

function words(status: unknown): string {
  switch (status) {
    case 'outofstock':
      return 'out of stock';
    case 'onbackorder':
      return 'on backorder';
    default:
      return typeof status === 'string' && status !== '' ? `status "${status.slice(0, 60)}"` : 'no status';
  }
}
