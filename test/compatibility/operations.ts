import type { Store } from '../store/store.ts';

/** One thing that happens in a shop. */
export interface Operation {
  readonly name: string;
  /** How often it happens, beside the others. */
  readonly weight: number;
  /**
   * PHP, in a request of its own so that all hooks run as in a real one. Finds a number in [0, 1) as `$args['random']`, and below what
   * {@link helpers} define.
   */
  readonly php: string;
}

/** `pick( $ids )`: one of them, by chance; `ids( $type, $status )`: what is there; all as every version has it. */
const helpers = `
$random = $args['random'];
$next = function () use ( &$random ) { $random = fmod( $random * 9301.7 + 0.49297, 1.0 ); return $random; };
$pick = function ( $ids ) use ( $next ) { return $ids ? (int) $ids[ (int) floor( $next() * count( $ids ) ) ] : 0; };
$ids = function ( $type, $status = array( 'publish', 'draft', 'private' ) ) {
	global $wpdb;
	$in = "'" . implode( "','", (array) $status ) . "'";
	return $wpdb->get_col( "SELECT ID FROM {$wpdb->posts} WHERE post_type = '$type' AND post_status IN ($in) ORDER BY ID" );
};
$anything = function () use ( $ids ) { return array_merge( $ids( 'product' ), $ids( 'product_variation' ) ); };
`;

/** What shops do, and what plugins do to them. */
export const operations: readonly Operation[] = [
  {
    name: 'create a product',
    weight: 12,
    php: `$p = new WC_Product_Simple(); $p->set_name( 'Lamp ' . $args['number'] ); $p->set_regular_price( (string) ( 5 + floor( $next() * 50 ) ) );
$p->set_status( $next() < 0.85 ? 'publish' : 'draft' );
if ( $next() < 0.7 ) { $p->set_manage_stock( true ); $p->set_stock_quantity( (int) floor( $next() * 9 ) ); } else { $p->set_stock_status( $next() < 0.7 ? 'instock' : 'outofstock' ); }
$p->save();`,
  },
  {
    name: 'create a product with variations',
    weight: 5,
    php: `$a = new WC_Product_Attribute(); $a->set_name( 'Colour' ); $a->set_options( array( 'red', 'blue', 'green' ) ); $a->set_visible( true ); $a->set_variation( true );
$p = new WC_Product_Variable(); $p->set_name( 'Shade ' . $args['number'] ); $p->set_attributes( array( $a ) );
if ( $next() < 0.3 ) { $p->set_manage_stock( true ); $p->set_stock_quantity( 5 ); }
$id = $p->save();
foreach ( array( 'red', 'blue', 'green' ) as $i => $colour ) {
	$v = new WC_Product_Variation(); $v->set_parent_id( $id ); $v->set_attributes( array( 'colour' => $colour ) ); $v->set_regular_price( (string) ( 10 + $i ) );
	if ( $next() < 0.6 ) { $v->set_manage_stock( true ); $v->set_stock_quantity( (int) floor( $next() * 6 ) ); }
	$v->save();
}`,
  },
  {
    name: 'edit',
    weight: 16,
    php: `$id = $pick( $ids( 'product' ) ); if ( ! $id ) { return; }
$p = wc_get_product( $id ); $p->set_name( 'Renamed ' . $args['number'] ); if ( $p->is_type( 'simple' ) ) { $p->set_regular_price( (string) ( 3 + floor( $next() * 70 ) ) ); }
if ( $next() < 0.2 ) { $p->set_status( 'draft' === $p->get_status() ? 'publish' : 'draft' ); } $p->save();`,
  },
  {
    name: 'edit a variation',
    weight: 10,
    php: `$id = $pick( $ids( 'product_variation' ) ); if ( ! $id ) { return; }
$v = wc_get_product( $id ); if ( ! $v ) { return; } $v->set_regular_price( (string) ( 3 + floor( $next() * 70 ) ) ); $v->save();`,
  },
  {
    name: 'sell',
    weight: 16,
    php: `$id = $pick( $anything() ); $p = $id ? wc_get_product( $id ) : null; if ( ! $p || $p->is_type( 'variable' ) ) { return; }
$order = wc_create_order(); $order->add_product( $p, 1 ); $order->calculate_totals(); $order->update_status( 'processing' ); wc_maybe_reduce_stock_levels( $order->get_id() );`,
  },
  {
    name: 'restock',
    weight: 12,
    php: `$id = $pick( $anything() ); $p = $id ? wc_get_product( $id ) : null; if ( ! $p ) { return; }
if ( true === $p->get_manage_stock() ) { wc_update_product_stock( $p, 1 + (int) floor( $next() * 9 ), 'increase' ); } else { $p->set_stock_status( 'instock' ); $p->save(); }`,
  },
  { name: 'trash', weight: 5, php: `$id = $pick( $ids( 'product' ) ); if ( $id ) { wp_trash_post( $id ); }` },
  {
    name: 'restore',
    weight: 4,
    php: `$id = $pick( $ids( 'product', 'trash' ) ); if ( $id ) { wp_untrash_post( $id ); }`,
  },
  {
    name: 'delete for good',
    weight: 4,
    php: `$id = $pick( $ids( 'product', array( 'publish', 'draft', 'trash' ) ) ); if ( $id ) { $p = wc_get_product( $id ); if ( $p ) { $p->delete( true ); } }`,
  },
  {
    name: 'remove a variation',
    weight: 4,
    php: `$id = $pick( $ids( 'product_variation' ) ); $v = $id ? wc_get_product( $id ) : null; if ( $v ) { $v->delete( true ); }`,
  },
  {
    name: 'write stock by SQL',
    weight: 5,
    php: `global $wpdb; $id = $pick( $anything() ); $p = $id ? wc_get_product( $id ) : null; if ( ! $p || true !== $p->get_manage_stock() ) { return; }
$wpdb->query( $wpdb->prepare( "UPDATE {$wpdb->postmeta} SET meta_value = %d WHERE post_id = %d AND meta_key = '_stock'", (int) floor( $next() * 9 ), $id ) );`,
  },
  {
    name: 'write a price by SQL',
    weight: 4,
    php: `global $wpdb; $id = $pick( $anything() ); $p = $id ? wc_get_product( $id ) : null; if ( ! $p || $p->is_type( 'variable' ) || $p->is_on_sale() ) { return; }
$wpdb->query( $wpdb->prepare( "UPDATE {$wpdb->postmeta} SET meta_value = %s WHERE post_id = %d AND meta_key IN ( '_price', '_regular_price' )", (string) ( 2 + floor( $next() * 40 ) ), $id ) );`,
  },
  {
    name: 'schedule a sale',
    weight: 3,
    php: `$id = $pick( $ids( 'product' ) ); $p = $id ? wc_get_product( $id ) : null; if ( ! $p || ! $p->is_type( 'simple' ) ) { return; }
$p->set_sale_price( '1' ); $p->set_date_on_sale_from( time() + 1 ); $p->set_date_on_sale_to( time() + 86400 ); $p->save();`,
  },
];

/** What comes of sales that were scheduled: WooCommerce looks once a day. */
const startSales = `do_action( 'woocommerce_scheduled_sales' );`;

/** See {@link playOperations}. */
export interface PlayOptions {
  readonly count: number;
  readonly random: () => number;
  /** Told after each. */
  readonly afterEach?: (number: number) => Promise<unknown>;
}

/** Does things in a shop, one after the other, and lets the sales begin that were scheduled. @returns how often each was done */
export async function playOperations(
  store: Store,
  { count, random, afterEach }: PlayOptions,
): Promise<Map<string, number>> {
  const all = operations.reduce((sum, { weight }) => sum + weight, 0);
  const done = new Map<string, number>();
  for (let number = 0; number < count; number++) {
    let at = random() * all;
    const operation = operations.find(({ weight }) => {
      at -= weight;
      return at < 0;
    });
    if (operation === undefined) throw new TypeError('the weights are all of it');
    const code = `${helpers}\n${operation.php}\nreturn 1;`;
    try {
      await store.php(code, { args: { random: random(), number }, where: 'server' });
    } catch (error) {
      throw new Error(`operation ${number}, "${operation.name}": ${error}`, { cause: error });
    }
    done.set(operation.name, (done.get(operation.name) ?? 0) + 1);
    await afterEach?.(number);
  }
  await store.php(startSales, { where: 'server' });
  return done;
}
