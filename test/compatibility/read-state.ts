import type { StoreState } from '../expectation/differences.ts';
import type { AnsweredItem } from '../expectation/expected-group.ts';
import type { Store } from '../store/store.ts';

/** Everything that wc/v3 says of the shop's products, in one process: a request for each would take longer than what is waited for. */
const code = `
global $wpdb;
$ask = function ( $route, $query = array() ) {
	$request = new WP_REST_Request( 'GET', '/wc/v3/' . $route );
	$request->set_query_params( $query );
	return rest_get_server()->response_to_data( rest_do_request( $request ), false );
};
$products   = array();
$variations = array();
foreach ( $wpdb->get_results( "SELECT ID, post_password FROM {$wpdb->posts} WHERE post_type = 'product' AND post_status <> 'auto-draft' ORDER BY ID" ) as $post ) {
	// One by one: no list of WooCommerce 3.9 shows the trash.
	$product = $ask( 'products/' . $post->ID );
	$product['post_password'] = $post->post_password;
	$products[] = $product;
	if ( 'variable' === $product['type'] ) {
		$variations[ $post->ID ] = $ask( "products/{$post->ID}/variations", array( 'per_page' => 100 ) );
	}
}
return array( 'products' => $products, 'variations' => (object) $variations );`;

/** What a store holds: its products, whatever their status, and their variations. */
export async function readState(store: Store): Promise<StoreState> {
  const { products, variations } = await store.php<{
    products: AnsweredItem[];
    variations: Record<string, AnsweredItem[]>;
  }>(code);
  return { products, variations };
}
