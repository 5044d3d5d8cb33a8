<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Catalog;

use Dstnc\WooCommerce\Fields;
use Dstnc\WooCommerce\Languages\Languages;
use Dstnc\WooCommerce\Languages\TranslatedContent;

defined( 'ABSPATH' ) || exit;

/**
 * Reads whole product groups, many at once, in the words of wc/v3: the fields that DSTNC has use for (shared/src/woocommerce/product.ts), with
 * the values that `wc/v3/products/<id>` and `…/variations` give, but see BaseValues.
 *
 * Everything that many products need is fetched in a handful of queries first, so that their number doesn't grow with the page.
 *
 * phpcs:disable WordPress.DB.DirectDatabaseQuery -- Ids in bulk; WordPress's own queries would cache what is read once.
 */
final class CatalogReader {

	/** Variations in a page; one group may have more. */
	private const MOST_VARIATIONS = 2000;

	/** Types of which WooCommerce's own code says whether they can be bought. Of others, DSTNC can buy none, and asking may be dear. */
	private const CORE_TYPES = array( 'simple', 'variable', 'grouped', 'external' );

	/** @var int[] Products and variations that are there, and of which WooCommerce made no object in this read. */
	private $unreadable = array();

	private Languages $languages;

	public function __construct( Languages $languages ) {
		$this->languages = $languages;
	}

	/**
	 * The groups with an id above `$after`, by ascending id, without those in the trash and those that translate another one.
	 *
	 * @param string|null $language That their words are to be in, as far as they are translated; null: each product's own.
	 * @return array<string, mixed> See shared/src/plugin/catalog-page.ts.
	 * @throws CatalogUnreadable The database failed in between.
	 */
	public function page( int $after, int $limit, bool $idsOnly, ?string $language = null ): array {
		return $this->whole( fn() => $this->readPage( $after, $limit, $idsOnly, $language ) );
	}

	/**
	 * The groups of these ids. An id that is no group is in `gone`, or, where it is a variation's or a translation's, in `belongsTo`.
	 *
	 * @param int[]       $ids      Of products or variations.
	 * @param string|null $language That their words are to be in, as far as they are translated; null: each product's own.
	 * @return array<string, mixed> See shared/src/plugin/catalog-page.ts.
	 * @throws CatalogUnreadable The database failed in between, or a product that is there can't be read.
	 */
	public function only( array $ids, ?string $language = null ): array {
		return $this->whole( fn() => $this->readOnly( $ids, $language ) );
	}

	/**
	 * A query that fails gives WordPress nothing, and nothing would mean "deleted" to DSTNC: half an answer is none. And whatever language
	 * the request is in, nothing is swapped for it or left out.
	 *
	 * @param callable(): array<string, mixed> $read
	 * @return array<string, mixed>
	 */
	private function whole( callable $read ): array {
		$before = self::failedQueries();
		$answer = $this->languages->plugin()->within( null, $read );
		if ( self::failedQueries() > $before ) {
			throw new CatalogUnreadable( 'The shop\'s database failed while the catalogue was being read.' );
		}
		return $answer;
	}

	/**
	 * Queries of this request that failed: WordPress notes each of them, also those whose errors are not to be shown. Not those that can
	 * never work, of a plugin that lost its table or misspelt a column: they say nothing about what we read.
	 */
	private static function failedQueries(): int {
		$failed = $GLOBALS['EZSQL_ERROR'] ?? array();
		return count(
			array_filter(
				is_array( $failed ) ? $failed : array(),
				static fn( $one ) => 1 !== preg_match( '/doesn\'t exist|Unknown column|error in your SQL syntax/i', Fields::of( $one )->text( 'error_str' ) )
			)
		);
	}

	/** @return array<string, mixed> */
	private function readPage( int $after, int $limit, bool $idsOnly, ?string $language ): array {
		global $wpdb;
		/** @var literal-string $sql */
		$sql  = "SELECT p.ID FROM {$wpdb->posts} p WHERE {$this->listed()} AND p.ID > %d ORDER BY p.ID LIMIT %d";
		$ids  = wp_parse_id_list( $wpdb->get_col( (string) $wpdb->prepare( $sql, $after, $limit + 1 ) ) );
		$more = count( $ids ) > $limit;
		$ids  = array_slice( $ids, 0, $limit );
		if ( $idsOnly ) {
			$groups = array_map( static fn( int $id ) => array( 'groupId' => $id ), $ids );
		} else {
			$variations = $this->variationsOf( $ids );
			$fitting    = self::fitting( $ids, $variations );
			$more       = $more || count( $fitting ) < count( $ids );
			$ids        = $fitting;
			$groups     = $this->groups( $ids, $variations, $language );
		}
		$last = end( $ids );
		return $this->answer( $groups, array(), array(), $more && false !== $last ? $last : null );
	}

	/**
	 * @param int[] $ids
	 * @return array<string, mixed>
	 */
	private function readOnly( array $ids, ?string $language ): array {
		$ids   = array_values( array_unique( $ids ) );
		$posts = $this->posts( $ids );
		// Whether a variation's product is there, too.
		$parents   = $this->posts( array_filter( array_column( $posts, 'parent' ) ) );
		$present   = array();
		$gone      = array();
		$belongsTo = array();
		foreach ( $ids as $id ) {
			$post = $posts[ $id ] ?? null;
			if ( null !== $post && 'product_variation' === $post['type'] && 'product' === ( $parents[ $post['parent'] ]['type'] ?? '' ) ) {
				$belongsTo[] = array(
					'id'      => $id,
					'groupId' => $this->languages->originalOf( $post['parent'] ),
					'because' => 'variation',
				);
			} elseif ( null === $post || 'product' !== $post['type'] || 'auto-draft' === $post['status'] ) {
				$gone[] = array(
					'id'      => $id,
					'because' => 'deleted',
				);
			} elseif ( 'trash' === $post['status'] ) {
				$gone[] = array(
					'id'      => $id,
					'because' => 'trashed',
				);
			} else {
				$present[] = $id;
			}
		}
		if ( null !== $this->languages->plugin()->id() ) {
			_prime_post_caches( $present, true, true );
		}
		foreach ( $present as $place => $id ) {
			$original = $this->languages->originalOf( $id );
			if ( $original !== $id ) {
				unset( $present[ $place ] );
				$belongsTo[] = array(
					'id'      => $id,
					'groupId' => $original,
					'because' => 'translation',
				);
			}
		}
		$present = array_values( $present );
		$groups  = $this->groups( $present, $this->variationsOf( $present ), $language );
		if ( array() !== $this->unreadable ) {
			// phpcs:ignore WordPress.Security.EscapeOutput.ExceptionNotEscaped -- Integers, and answered as JSON.
			throw new CatalogUnreadable( 'WooCommerce could not read ' . implode( ', ', $this->unreadable ) . '.' );
		}
		return $this->answer( $groups, $gone, $belongsTo, null );
	}

	/** How many groups there are. */
	public function total(): int {
		global $wpdb;
		// phpcs:ignore WordPress.DB.PreparedSQL.InterpolatedNotPrepared -- The condition is escaped where it is made.
		return (int) $wpdb->get_var( "SELECT COUNT(*) FROM {$wpdb->posts} p WHERE {$this->listed()}" );
	}

	/** What is true of the products `p` that DSTNC lists. */
	private function listed(): string {
		return "p.post_type = 'product' AND p.post_status NOT IN ('trash', 'auto-draft') AND {$this->languages->plugin()->originals()}";
	}

	/**
	 * @param array<mixed>                                $groups
	 * @param array<int, array{id: int, because: string}> $gone
	 * @param list<array<string, int|string>>             $belongsTo
	 * @return array<string, mixed>
	 */
	private function answer( array $groups, array $gone, array $belongsTo, ?int $next ): array {
		// The options themselves: currency switchers filter what WooCommerce's functions say of them.
		$currency = get_option( 'woocommerce_currency' );
		return array(
			'groups'      => $groups,
			'gone'        => $gone,
			'belongsTo'   => $belongsTo,
			'next'        => $next,
			'total'       => $this->total(),
			'currency'    => is_string( $currency ) && '' !== $currency ? $currency : null,
			'taxIncluded' => 'yes' === get_option( 'woocommerce_prices_include_tax' ),
		);
	}

	/**
	 * @param int[]                                                $ids
	 * @param array<int, array<int, array{id: int, listed: bool}>> $variations By group.
	 * @return array<int, array{groupId: int, product: array<string, mixed>, variations: array<int, array<string, mixed>>, locale: string|null, fallback: bool}>
	 */
	private function groups( array $ids, array $variations, ?string $language ): array {
		if ( array() === $ids ) {
			return array();
		}
		$all = $ids;
		foreach ( $variations as $some ) {
			$all = array_merge( $all, array_column( $some, 'id' ) );
		}
		$this->prime( $all, array_keys( $variations ) );
		$content = new TranslatedContent( $this->languages, $language );
		$content->prime( $ids );
		$this->unreadable = array();
		return BaseValues::read(
			function () use ( $ids, $variations, $content ): array {
				$groups = array();
				$format = new ProductFormat();
				foreach ( $ids as $id ) {
					$product = wc_get_product( $id );
					if ( ! $product instanceof \WC_Product ) {
						$this->unreadable[] = $id;
						continue;
					}
					$variable = $product->is_type( 'variable' );
					$children = array();
					$onSale   = false;
					foreach ( $variable ? $variations[ $id ] ?? array() : array() as $one ) {
						$variation = wc_get_product( $one['id'] );
						if ( $variation instanceof \WC_Product_Variation ) {
							$child      = $format->variation( $variation, $product );
							$children[] = $child;
							$onSale     = $onSale || ( 'publish' === $child['status'] && true === $child['on_sale'] );
						} else {
							$this->unreadable[] = $one['id'];
						}
					}
					$fields = $format->product( $product );
					if ( $variable ) {
						$fields['variations'] = array_column( array_filter( $variations[ $id ] ?? array(), static fn( array $one ) => $one['listed'] ), 'id' );
						// WooCommerce asks all variations for their prices again.
						$fields['on_sale'] = $onSale;
					} elseif ( in_array( $product->get_type(), array( 'simple', 'external' ), true ) ) {
						$fields['on_sale'] = $product->is_on_sale();
					}
					if ( in_array( $product->get_type(), self::CORE_TYPES, true ) ) {
						$fields['purchasable'] = $product->is_purchasable();
					}
					$groups[] = $content->of(
						$product,
						array(
							'groupId'    => $id,
							'product'    => $fields,
							'variations' => $children,
						)
					);
				}
				return $groups;
			}
		);
	}

	/**
	 * As many of the groups as a page can bear, but one at least.
	 *
	 * @param int[]                                                $ids
	 * @param array<int, array<int, array{id: int, listed: bool}>> $variations By group.
	 * @return int[]
	 */
	private static function fitting( array $ids, array $variations ): array {
		$count = 0;
		foreach ( $ids as $index => $id ) {
			$count += count( $variations[ $id ] ?? array() );
			if ( $count > self::MOST_VARIATIONS && $index > 0 ) {
				return array_slice( $ids, 0, $index );
			}
		}
		return $ids;
	}

	/**
	 * All variations of some groups but trashed ones, in the shop's order.
	 *
	 * @param int[] $groups
	 * @return array<int, array<int, array{id: int, listed: bool}>> By group. `listed`: the product names it in `variations`.
	 */
	private function variationsOf( array $groups ): array {
		global $wpdb;
		if ( array() === $groups ) {
			return array();
		}
		$in   = implode( ',', $groups );
		$rows = $wpdb->get_results(
			// phpcs:ignore WordPress.DB.PreparedSQL.InterpolatedNotPrepared -- Integers.
			"SELECT ID, post_parent, post_status FROM {$wpdb->posts} WHERE post_type = 'product_variation' AND post_parent IN ($in) AND post_status NOT IN ('trash', 'auto-draft') ORDER BY menu_order, ID",
			ARRAY_N
		);
		$variations = array();
		foreach ( is_array( $rows ) ? $rows : array() as $row ) {
			if ( is_array( $row ) && isset( $row[0], $row[1], $row[2] ) && is_numeric( $row[0] ) && is_numeric( $row[1] ) ) {
				$variations[ (int) $row[1] ][] = array(
					'id'     => (int) $row[0],
					'listed' => in_array( $row[2], array( 'publish', 'private' ), true ),
				);
			}
		}
		return $variations;
	}

	/**
	 * @param int[] $ids
	 * @return array<int, array{type: string, status: string, parent: int}> By id; those that exist.
	 */
	private function posts( array $ids ): array {
		global $wpdb;
		if ( array() === $ids ) {
			return array();
		}
		$in = implode( ',', array_unique( $ids ) );
		// phpcs:ignore WordPress.DB.PreparedSQL.InterpolatedNotPrepared -- Integers.
		$rows  = $wpdb->get_results( "SELECT ID, post_type, post_status, post_parent FROM {$wpdb->posts} WHERE ID IN ($in)", ARRAY_N );
		$posts = array();
		foreach ( is_array( $rows ) ? $rows : array() as $row ) {
			if ( is_array( $row ) && is_numeric( $row[0] ?? null ) && is_string( $row[1] ?? null ) && is_string( $row[2] ?? null ) && is_numeric( $row[3] ?? null ) ) {
				$posts[ (int) $row[0] ] = array(
					'type'   => $row[1],
					'status' => $row[2],
					'parent' => (int) $row[3],
				);
			}
		}
		return $posts;
	}

	/**
	 * Fetches at once what reading the products one by one would fetch one by one.
	 *
	 * @param int[] $ids      Products and variations.
	 * @param int[] $variable Products with variations.
	 */
	private function prime( array $ids, array $variable ): void {
		_prime_post_caches( $ids, true, true );
		$images = array();
		$terms  = array();
		foreach ( $ids as $id ) {
			$images[] = get_post_meta( $id, '_thumbnail_id', true );
			$gallery  = get_post_meta( $id, '_product_image_gallery', true );
			$images   = array_merge( $images, is_string( $gallery ) ? explode( ',', $gallery ) : array() );
		}
		foreach ( array_filter( wc_get_attribute_taxonomy_names(), 'is_string' ) as $taxonomy ) {
			if ( 'menu_order' === wc_attribute_orderby( $taxonomy ) ) {
				foreach ( $ids as $id ) {
					$found = get_the_terms( $id, $taxonomy );
					$terms = array_merge( $terms, is_array( $found ) ? array_column( $found, 'term_id' ) : array() );
				}
			}
		}
		$images = array_filter( array_map( static fn( $id ) => is_numeric( $id ) ? (int) $id : 0, $images ) );
		if ( array() !== $images ) {
			_prime_post_caches( array_values( array_unique( $images ) ), false, true );
		}
		if ( array() !== $terms ) {
			update_termmeta_cache( array_values( array_unique( $terms ) ) );
		}
		// WooCommerce 9.9 and later asks for these with each variable product.
		$options = array();
		foreach ( $variable as $id ) {
			foreach ( array( 'wc_var_prices_', 'wc_product_children_' ) as $name ) {
				$options[] = "_transient_$name$id";
				$options[] = "_transient_timeout_$name$id";
			}
		}
		if ( array() !== $options && ! wp_using_ext_object_cache() ) {
			wp_prime_option_caches( $options );
		}
	}
}
