<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Orders;

use Automattic\WooCommerce\Utilities\OrderUtil;
use Dstnc\WooCommerce\Fields;

defined( 'ABSPATH' ) || exit;

/**
 * Finds DSTNC's orders, and no others, wherever WooCommerce keeps orders: in tables of their own, or among the posts.
 *
 * WooCommerce's own search by meta works for the former only.
 *
 * phpcs:disable WordPress.DB -- Names of tables are WordPress's; what is read is about to be changed, and must not come from a cache.
 */
final class OrderFinder {

	/**
	 * Orders of a reference, oldest first, also in the trash.
	 *
	 * @return list<\WC_Order>
	 */
	public function ofReference( string $reference ): array {
		global $wpdb;
		$meta = $this->inTables() ? $wpdb->prefix . 'wc_orders_meta' : $wpdb->postmeta;
		$id   = $this->inTables() ? 'order_id' : 'post_id';
		$ids  = $wpdb->get_col( $wpdb->prepare( 'SELECT DISTINCT %i FROM %i WHERE meta_key = %s AND meta_value = %s ORDER BY 1', $id, $meta, OrderMeta::REFERENCE, $reference ) );
		// The database may take "po-1" for "PO-1".
		return array_values( array_filter( self::orders( $ids ), static fn( \WC_Order $order ): bool => OrderMeta::reference( $order ) === $reference ) );
	}

	/** The order of a reference; the oldest where there are several. */
	public function first( string $reference ): ?\WC_Order {
		return $this->ofReference( $reference )[0] ?? null;
	}

	/** Whether an order is in the database, whatever is cached. */
	public function exists( int $id ): bool {
		global $wpdb;
		$found = $this->inTables()
			? $wpdb->get_var( $wpdb->prepare( 'SELECT id FROM %i WHERE id = %d', $wpdb->prefix . 'wc_orders', $id ) )
			: $wpdb->get_var( $wpdb->prepare( 'SELECT ID FROM %i WHERE ID = %d', $wpdb->posts, $id ) );
		return null !== $found;
	}

	/**
	 * Orders that have this key and no reference yet: begun, and never finished.
	 *
	 * @return list<\WC_Order>
	 */
	public function halfMade( string $orderKey ): array {
		global $wpdb;
		$ids = $this->inTables()
			? $wpdb->get_col( $wpdb->prepare( 'SELECT order_id FROM %i WHERE order_key = %s', $wpdb->prefix . 'wc_order_operational_data', $orderKey ) )
			: $wpdb->get_col( $wpdb->prepare( "SELECT ID FROM %i WHERE post_type = 'shop_order' AND post_password = %s", $wpdb->posts, $orderKey ) );
		return array_values( array_filter( self::orders( $ids ), static fn( \WC_Order $order ): bool => '' === OrderMeta::reference( $order ) ) );
	}

	/**
	 * Those of these orders that are DSTNC's.
	 *
	 * @param int[] $ids
	 * @return list<\WC_Order>
	 */
	public function only( array $ids ): array {
		return array_values( array_filter( self::orders( $ids ), static fn( \WC_Order $order ): bool => '' !== OrderMeta::reference( $order ) ) );
	}

	/**
	 * DSTNC's orders with an id above this, by ascending id.
	 *
	 * @return list<int>
	 */
	public function idsAfter( int $after, int $limit ): array {
		global $wpdb;
		return self::ids(
			$wpdb->get_col( "SELECT DISTINCT o.id FROM ({$this->all()}) o WHERE o.id > $after ORDER BY o.id LIMIT $limit" )
		);
	}

	/**
	 * DSTNC's orders with an id below this, the newest first.
	 *
	 * @return list<int>
	 */
	public function idsBefore( int $before, int $limit ): array {
		global $wpdb;
		return self::ids(
			$wpdb->get_col( "SELECT DISTINCT o.id FROM ({$this->all()}) o WHERE o.id < $before AND o.status <> 'trash' ORDER BY o.id DESC LIMIT $limit" )
		);
	}

	/** @return array<string, int> How many of DSTNC's orders have which status of WooCommerce (`processing`). */
	public function countByStatus(): array {
		global $wpdb;
		$rows   = $wpdb->get_results( "SELECT o.status, COUNT(DISTINCT o.id) AS orders FROM ({$this->all()}) o GROUP BY o.status", ARRAY_A );
		$counts = array();
		foreach ( is_array( $rows ) ? array_map( array( Fields::class, 'of' ), $rows ) : array() as $row ) {
			$counts[ (string) preg_replace( '/^wc-/', '', $row->text( 'status' ) ) ] = $row->number( 'orders' );
		}
		return $counts;
	}

	/** A query of id and status of all of DSTNC's orders. */
	private function all(): string {
		global $wpdb;
		return (string) ( $this->inTables()
			? $wpdb->prepare(
				"SELECT w.id, w.status FROM %i w JOIN %i m ON m.order_id = w.id WHERE w.type = 'shop_order' AND m.meta_key = %s AND m.meta_value <> ''",
				$wpdb->prefix . 'wc_orders',
				$wpdb->prefix . 'wc_orders_meta',
				OrderMeta::REFERENCE
			)
			: $wpdb->prepare(
				"SELECT w.ID AS id, w.post_status AS status FROM %i w JOIN %i m ON m.post_id = w.ID WHERE w.post_type = 'shop_order' AND m.meta_key = %s AND m.meta_value <> ''",
				$wpdb->posts,
				$wpdb->postmeta,
				OrderMeta::REFERENCE
			) );
	}

	/** Whether orders are in tables of their own (HPOS). */
	private function inTables(): bool {
		return class_exists( OrderUtil::class ) && OrderUtil::custom_orders_table_usage_is_enabled();
	}

	/**
	 * @param array<mixed> $ids
	 * @return list<\WC_Order> Refunds, and what is no order, are left out.
	 */
	private static function orders( array $ids ): array {
		$orders = array();
		foreach ( self::ids( $ids ) as $id ) {
			$order = wc_get_order( $id );
			if ( $order instanceof \WC_Order ) {
				$orders[] = $order;
			}
		}
		return $orders;
	}

	/**
	 * @param array<mixed> $ids
	 * @return list<int>
	 */
	private static function ids( array $ids ): array {
		return array_values( array_map( static fn( $id ): int => is_numeric( $id ) ? (int) $id : 0, $ids ) );
	}
}
