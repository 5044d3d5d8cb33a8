<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Changes;

use Dstnc\WooCommerce\Fields;
use Dstnc\WooCommerce\Module;
use Dstnc\WooCommerce\Orders\OrderMeta;
use Dstnc\WooCommerce\Plugin;

defined( 'ABSPATH' ) || exit;

/**
 * Marks in the change log what happens in the shop: whatever changes a field that DSTNC reads. A variation marks its product's group, and a
 * translation its original's.
 *
 * Too many marks cost a read, a missing one costs a wrong stock: in doubt, it marks. Hooks that fire before the database is written are no
 * harm, as the last mark of a request is always written at its end.
 *
 * It never throws into the shop, and does nothing while there is no log. In a copy of the shop it marks, too: the log stays there, and
 * nobody is told. A shop of two domains is its own copy under one of them, and what is sold there must not go unnoticed.
 */
final class ChangeRecorder implements Module {

	/** Meta of products and variations that DSTNC reads, and what a change of it is. */
	private const META = array(
		'_stock'                 => 'stock',
		'_stock_status'          => 'stock',
		'_manage_stock'          => 'stock',
		'_backorders'            => 'stock',
		'_price'                 => 'product',
		'_regular_price'         => 'product',
		'_sale_price'            => 'product',
		'_sale_price_dates_from' => 'product',
		'_sale_price_dates_to'   => 'product',
		'_sku'                   => 'product',
		'_global_unique_id'      => 'product',
		'_weight'                => 'product',
		'_length'                => 'product',
		'_width'                 => 'product',
		'_height'                => 'product',
		'_thumbnail_id'          => 'product',
		'_product_image_gallery' => 'product',
		'_product_attributes'    => 'product',
	);

	/** Meta of pictures that DSTNC reads. */
	private const IMAGE_META = array( '_wp_attached_file', '_wp_attachment_image_alt' );

	/** Properties of WC_Product that are stock and nothing else. */
	private const STOCK_PROPERTIES = array( 'stock_quantity', 'stock_status', 'manage_stock', 'backorders', 'low_stock_amount' );

	/** Taxonomies that DSTNC reads, beside attributes (`pa_…`). */
	private const TAXONOMIES = array( 'product_cat', 'product_brand', 'product_type' );

	/** Settings on which every listing depends: prices' currency and taxes, stock, addresses. */
	private const SETTINGS = array(
		'woocommerce_manage_stock',
		'woocommerce_notify_no_stock_amount',
		'woocommerce_currency',
		'woocommerce_prices_include_tax',
		'woocommerce_permalinks',
		'permalink_structure',
		'home',
	);

	private Plugin $plugin;

	/** @var array<int, bool> Products whose save in progress touches nothing but stock. */
	private array $onlyStock = array();

	/** @var array<int, array{groups: int[], kind: string}> Posts about to be deleted: afterwards nobody knows what they belonged to. */
	private array $doomed = array();

	public function __construct( Plugin $plugin ) {
		$this->plugin = $plugin;
	}

	public function register(): void {
		$this->watchProducts();
		$this->watchPosts();
		$this->watchMeta();
		$this->watchTerms();
		$this->watchTranslations();
		$this->watchOrders();
		foreach ( self::SETTINGS as $option ) {
			$this->on( "add_option_$option", fn() => $this->everythingChanged(), 0 );
			$this->on( "update_option_$option", fn() => $this->everythingChanged(), 0 );
		}
	}

	/** A store-wide setting changed every listing: all groups are marked, which bounded rings and polls then carry away. */
	private function everythingChanged(): void {
		global $wpdb;
		$originals = $this->plugin->languages()->plugin()->originals();
		// phpcs:ignore WordPress.DB -- All ids at once; rarely, and only when a setting is saved. The condition is escaped where it is made.
		$ids = $wpdb->get_col( "SELECT p.ID FROM {$wpdb->posts} p WHERE p.post_type = 'product' AND p.post_status NOT IN ('trash', 'auto-draft') AND $originals ORDER BY p.ID" );
		$this->plugin->changeLog()->markAll( ChangeLog::GROUP, self::ids( $ids ), 'product' );
	}

	private function watchProducts(): void {
		$product = function ( $id ): void {
			$this->post( $id, 'product' );
		};
		$stock   = function ( $id ): void {
			$this->post( $id, 'stock' );
		};
		$saved   = function ( $id ): void {
			$id   = self::id( $id );
			$kind = ( $this->onlyStock[ $id ] ?? false ) ? 'stock' : 'product';
			unset( $this->onlyStock[ $id ] );
			$this->post( $id, $kind );
		};
		$this->on( 'woocommerce_new_product', $product );
		$this->on( 'woocommerce_new_product_variation', $product );
		$this->on( 'woocommerce_update_product', $saved );
		$this->on( 'woocommerce_update_product_variation', $saved );
		$this->on( 'woocommerce_updated_product_price', $product );
		$this->on( 'woocommerce_product_set_stock_status', $stock );
		$this->on( 'woocommerce_variation_set_stock_status', $stock );
		$stockSet = function ( $product ): void {
			$this->post( $product instanceof \WC_Product ? $product->get_id() : 0, 'stock' );
		};
		$this->on( 'woocommerce_product_set_stock', $stockSet );
		$this->on( 'woocommerce_variation_set_stock', $stockSet );
		$this->on(
			'woocommerce_updated_product_stock',
			function ( $id ): void {
				$this->onlyStock[ self::id( $id ) ] = true;
				$this->post( $id, 'stock' );
			}
		);
		$this->on(
			'woocommerce_product_object_updated_props',
			function ( $product, $properties ): void {
				if ( $product instanceof \WC_Product && is_array( $properties ) && array() !== $properties ) {
					$this->onlyStock[ $product->get_id() ] = array() === array_diff( array_filter( $properties, 'is_string' ), self::STOCK_PROPERTIES );
				}
			},
			2
		);
		// Their products are saved one by one, too; but a plugin may apply the prices in its own way.
		$sale = function ( $ids ): void {
			foreach ( is_array( $ids ) ? $ids : array() as $id ) {
				$this->post( $id, 'product' );
			}
		};
		$this->on( 'wc_after_products_starting_sales', $sale );
		$this->on( 'wc_after_products_ending_sales', $sale );
	}

	/** Status, title, text, password, trash and deletion, whoever writes them: WordPress's own functions fire these. */
	private function watchPosts(): void {
		$saved = function ( $id ): void {
			$this->post( $id, 'product' );
		};
		$this->on( 'save_post_product', $saved );
		$this->on( 'save_post_product_variation', $saved );
		$this->on( 'untrashed_post', $saved );
		$this->on(
			'trashed_post',
			function ( $id ): void {
				// What belongs to another product takes nothing but its own away.
				$this->post( $id, $this->groupOf( self::id( $id ) ) === self::id( $id ) ? 'deleted' : 'product' );
			}
		);
		// Before the language plugins, which take a product's translations apart here.
		add_action( 'before_delete_post', fn( $id ) => $this->safely( fn() => $this->doomPost( self::id( $id ) ) ), 0 );
		$this->on(
			'delete_attachment',
			function ( $id ): void {
				$this->doom( self::id( $id ), $this->originals( $this->groupsWithImage( self::id( $id ) ) ), 'product' );
			}
		);
		$this->on(
			'deleted_post',
			function ( $id ): void {
				$id = self::id( $id );
				if ( isset( $this->doomed[ $id ] ) ) {
					$this->plugin->changeLog()->markAll( ChangeLog::GROUP, $this->doomed[ $id ]['groups'], $this->doomed[ $id ]['kind'] );
					unset( $this->doomed[ $id ] );
				}
			}
		);
	}

	/** What other plugins write past WooCommerce. */
	private function watchMeta(): void {
		foreach ( array( 'added_post_meta', 'updated_post_meta', 'deleted_post_meta' ) as $hook ) {
			// Fired for each meta of the whole site: what isn't ours must cost nothing.
			add_action(
				$hook,
				function ( $metaId, $id, $key ) use ( $hook ): void {
					if ( ! is_string( $key ) ) {
						return;
					}
					if ( isset( self::META[ $key ] ) || 0 === strpos( $key, 'attribute_' ) || '_variation_description' === $key ) {
						$this->safely( fn() => $this->post( $id, self::META[ $key ] ?? 'product' ) );
					} elseif ( OrderMeta::TRACKING === $key ) {
						$this->safely( fn() => $this->order( $id, 'tracking' ) );
					} elseif ( in_array( $key, self::IMAGE_META, true ) && ! ( 'added_post_meta' === $hook && '_wp_attached_file' === $key ) ) {
						// A file that is only being uploaded is no product's picture yet.
						$this->safely( fn() => $this->groups( $this->groupsWithImage( self::id( $id ) ), 'product' ) );
					}
				},
				10,
				3
			);
		}
	}

	private function watchTerms(): void {
		$this->on(
			'set_object_terms',
			function ( $id, $terms, $now, $taxonomy, $append, $before ): void {
				$now    = self::ids( $now );
				$before = self::ids( $before );
				$added  = array_diff( $now, $before );
				// With "append" the old ones that aren't named stay.
				if ( self::reads( $taxonomy ) && ( array() !== $added || ( true !== $append && array() !== array_diff( $before, $now ) ) ) ) {
					$this->post( $id, 'product' );
				}
			},
			6
		);
		$this->on(
			'deleted_term_relationships',
			function ( $id, $terms, $taxonomy ): void {
				if ( self::reads( $taxonomy ) ) {
					$this->post( $id, 'product' );
				}
			},
			3
		);
		$this->on(
			'edited_term',
			function ( $term, $termTaxonomyId, $taxonomy ): void {
				if ( self::reads( $taxonomy ) ) {
					$this->objects( 'tt.term_taxonomy_id = %d', self::id( $termTaxonomyId ) );
				}
			},
			3
		);
		$this->on(
			'delete_term',
			function ( $term, $termTaxonomyId, $taxonomy, $deleted, $objects ): void {
				foreach ( self::reads( $taxonomy ) && is_array( $objects ) ? $objects : array() as $id ) {
					$this->post( $id, 'product' );
				}
			},
			5
		);
		$this->on(
			'woocommerce_attribute_updated',
			function ( $id, $data ): void {
				$slug = is_array( $data ) && is_string( $data['attribute_name'] ?? null ) ? $data['attribute_name'] : '';
				$this->objects( 'tt.taxonomy = %s', 'pa_' . $slug );
			},
			2
		);
		$this->on(
			'woocommerce_before_attribute_delete',
			function ( $id, $name, $taxonomy ): void {
				$this->objects( 'tt.taxonomy = %s', is_string( $taxonomy ) ? $taxonomy : '' );
			},
			3
		);
	}

	/**
	 * Which products translate each other, as WPML and Polylang say when that changes. Who belongs to another from now on must not be listed by
	 * itself, and who belongs to nobody must: all of them are marked under their own ids.
	 */
	private function watchTranslations(): void {
		$family = function ( int $id ): void {
			$this->plugin->changeLog()->markAll( ChangeLog::GROUP, array_merge( array( $id ), $this->family( $id ) ), 'product' );
		};
		$this->on(
			'wpml_translation_update',
			static function ( $update ) use ( $family ): void {
				$update = Fields::of( $update );
				if ( 'post_product' === $update->text( 'element_type' ) && $update->number( 'element_id' ) > 0 ) {
					$family( $update->number( 'element_id' ) );
				}
			}
		);
		$this->on(
			'set_object_terms',
			static function ( $id, $terms, $now, $taxonomy ) use ( $family ): void {
				if ( in_array( $taxonomy, array( 'language', 'post_translations' ), true ) && 'product' === get_post_type( self::id( $id ) ) ) {
					$family( self::id( $id ) );
				}
			},
			4
		);
	}

	/** Orders that DSTNC placed, and no others. */
	private function watchOrders(): void {
		foreach ( array( 'completed', 'cancelled', 'refunded' ) as $status ) {
			$this->on(
				"woocommerce_order_status_$status",
				function ( $id ) use ( $status ): void {
					$this->order( $id, $status );
				}
			);
		}
		$this->on(
			'woocommerce_order_refunded',
			function ( $id ): void {
				$this->order( $id, 'refunded' );
			}
		);
		$this->on(
			'woocommerce_refund_deleted',
			function ( $refund, $id ): void {
				$this->order( $id, 'refunded' );
			},
			2
		);
		// Thrown away, deleted, or taken back: DSTNC looks what is left of it. Orders among the posts also go by WordPress's own hands.
		$kinds = array(
			'woocommerce_trash_order'         => 'cancelled',
			'woocommerce_before_delete_order' => 'cancelled',
			'woocommerce_untrash_order'       => 'tracking',
			'trashed_post'                    => 'cancelled',
			'before_delete_post'              => 'cancelled',
			'untrashed_post'                  => 'tracking',
		);
		foreach ( $kinds as $hook => $kind ) {
			$ofAnyPost = 0 !== strpos( $hook, 'woocommerce' );
			$this->on(
				$hook,
				function ( $id ) use ( $kind, $ofAnyPost ): void {
					if ( ! $ofAnyPost || 'shop_order' === get_post_type( self::id( $id ) ) ) {
						$this->order( $id, $kind );
					}
				}
			);
		}
		$this->on(
			'woocommerce_order_status_changed',
			function ( $id, $from ): void {
				if ( in_array( $from, array( 'completed', 'cancelled', 'refunded' ), true ) ) {
					$this->order( $id, 'tracking' );
				}
			},
			2
		);
		// Where orders have tables of their own, their meta fires WordPress's hooks no more, but WooCommerce's own: the order itself is not saved
		// with it if it was saved in this very second already (OrdersTableDataStore::should_save_after_meta_change).
		foreach ( array( 'added', 'updated', 'deleted' ) as $event ) {
			$this->on(
				"{$event}_order_meta",
				function ( $metaId, $id, $key ): void {
					if ( OrderMeta::TRACKING === $key ) {
						$this->order( $id, 'tracking' );
					}
				},
				3
			);
		}
		// WooCommerce before that fires the order's alone.
		$this->on(
			'woocommerce_update_order',
			function ( $id, $order = null ): void {
				if ( $order instanceof \WC_Order && $order->meta_exists( OrderMeta::TRACKING ) ) {
					$this->order( $id, 'tracking', $order );
				}
			},
			2
		);
		foreach ( array( 'create', 'update', 'delete' ) as $event ) {
			$this->on(
				"woocommerce_fulfillment_after_$event",
				function ( $fulfillment ): void {
					if ( is_object( $fulfillment ) && is_callable( array( $fulfillment, 'get_entity_id' ) ) ) {
						$this->order( $fulfillment->get_entity_id(), 'tracking' );
					}
				}
			);
		}
	}

	/** Listens to a hook of the shop, and takes as many of its arguments as named. */
	private function on( string $hook, \Closure $listener, int $arguments = 1 ): void {
		add_action(
			$hook,
			function ( ...$given ) use ( $listener ): void {
				$this->safely(
					static function () use ( $listener, $given ): void {
						$listener( ...$given );
					}
				);
			},
			10,
			$arguments
		);
	}

	/**
	 * Whatever fails here is none of the shop's business.
	 *
	 * @param callable(): void $listener
	 */
	private function safely( callable $listener ): void {
		try {
			if ( $this->recording() ) {
				$listener();
			}
		} catch ( \Throwable $error ) {
			// The periodic sweep finds what was not marked.
			unset( $error );
		}
	}

	/**
	 * Whether changes matter to anybody: the log is there from when the shop is being connected until it is disconnected, so that nothing
	 * falls between the first import and the end of connecting. Costs nothing but autoloaded options.
	 */
	private function recording(): bool {
		return $this->plugin->changeLog()->ready();
	}

	/** @param mixed $id A product, a variation, or anything else, which is nothing. */
	private function post( $id, string $kind ): void {
		$this->plugin->changeLog()->mark( ChangeLog::GROUP, $this->groupOf( self::id( $id ) ), $kind );
	}

	/** @param mixed $id */
	private function order( $id, string $kind, ?\WC_Order $order = null ): void {
		$order = $order ?? wc_get_order( self::id( $id ) );
		if ( $order instanceof \WC_Order && '' !== OrderMeta::reference( $order ) ) {
			$this->plugin->changeLog()->mark( ChangeLog::ORDER, $order->get_id(), $kind );
		}
	}

	/**
	 * Marks the products that have certain terms.
	 *
	 * @param literal-string $where Of the term's taxonomy row `tt`, with one placeholder.
	 * @param string|int     $value
	 */
	private function objects( string $where, $value ): void {
		global $wpdb;
		/** @var literal-string $sql */
		$sql = "SELECT DISTINCT IF(p.post_type = 'product', p.ID, p.post_parent) FROM {$wpdb->term_taxonomy} tt
			JOIN {$wpdb->term_relationships} tr ON tr.term_taxonomy_id = tt.term_taxonomy_id
			JOIN {$wpdb->posts} p ON p.ID = tr.object_id
			WHERE $where AND p.post_type IN ('product', 'product_variation')";
		// phpcs:ignore WordPress.DB -- The condition is this class's own; ids of many products at once, rarely.
		$ids = $wpdb->get_col( (string) $wpdb->prepare( $sql, $value ) );
		$this->groups( self::ids( $ids ), 'product' );
	}

	private function doomPost( int $id ): void {
		$group  = $this->groupOf( $id );
		$family = 'product' === get_post_type( $id ) ? array_diff( $this->family( $id ), array( $group ) ) : array();
		// Without it another of its translations may be the one that is listed.
		$this->doom( $id, array_merge( array( $group ), $family ), $group === $id && array() === $family ? 'deleted' : 'product' );
	}

	/** @param int[] $groups */
	private function doom( int $id, array $groups, string $kind ): void {
		$this->doomed[ $id ] = array(
			'groups' => $groups,
			'kind'   => $kind,
		);
		$this->plugin->changeLog()->markAll( ChangeLog::GROUP, $groups, $kind );
	}

	/**
	 * Marks the groups of these products.
	 *
	 * @param int[] $products
	 */
	private function groups( array $products, string $kind ): void {
		$this->plugin->changeLog()->markAll( ChangeLog::GROUP, $this->originals( $products ), $kind );
	}

	/**
	 * @param int[] $products
	 * @return int[] Those that they translate, or themselves.
	 */
	private function originals( array $products ): array {
		$languages = $this->plugin->languages();
		if ( null === $languages->plugin()->id() ) {
			return $products;
		}
		_prime_post_caches( $products, true, false );
		return array_values( array_unique( array_map( array( $languages, 'originalOf' ), $products ) ) );
	}

	/** @return int[] A product's translations, itself included where it has any. */
	private function family( int $id ): array {
		return array_values( $this->plugin->languages()->translations( $id ) );
	}

	/** The product whose group a product, its translation or a variation belongs to; 0 for anything else. */
	private function groupOf( int $id ): int {
		$post = $id > 0 ? get_post( $id ) : null;
		if ( ! $post instanceof \WP_Post ) {
			return 0;
		}
		if ( 'product' === $post->post_type ) {
			// wp-admin's "Add new" makes one of these before anybody typed a word.
			return 'auto-draft' === $post->post_status ? 0 : $this->plugin->languages()->originalOf( $post->ID );
		}
		return 'product_variation' === $post->post_type && $post->post_parent > 0 ? $this->plugin->languages()->originalOf( $post->post_parent ) : 0;
	}

	/**
	 * The groups that show a picture.
	 *
	 * @return int[]
	 */
	private function groupsWithImage( int $image ): array {
		global $wpdb;
		/** @var literal-string $sql */
		$sql = "SELECT DISTINCT IF(p.post_type = 'product', p.ID, p.post_parent) FROM {$wpdb->postmeta} m JOIN {$wpdb->posts} p ON p.ID = m.post_id
			WHERE p.post_type IN ('product', 'product_variation')
			AND ((m.meta_key = '_thumbnail_id' AND m.meta_value = %s) OR (m.meta_key = '_product_image_gallery' AND FIND_IN_SET(%s, m.meta_value)))";
		// phpcs:ignore WordPress.DB -- Nothing else knows who uses a picture.
		$ids = $wpdb->get_col( (string) $wpdb->prepare( $sql, (string) $image, (string) $image ) );
		return self::ids( $ids );
	}

	/** @param mixed $taxonomy */
	private static function reads( $taxonomy ): bool {
		return is_string( $taxonomy ) && ( 0 === strpos( $taxonomy, 'pa_' ) || in_array( $taxonomy, self::TAXONOMIES, true ) );
	}

	/**
	 * @param mixed $ids
	 * @return int[]
	 */
	private static function ids( $ids ): array {
		return array_map( array( self::class, 'id' ), is_array( $ids ) ? array_values( $ids ) : array() );
	}

	/** @param mixed $id */
	private static function id( $id ): int {
		return is_numeric( $id ) ? (int) $id : 0;
	}
}
