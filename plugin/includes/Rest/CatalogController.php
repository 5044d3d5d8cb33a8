<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Rest;

use Dstnc\WooCommerce\Catalog\CatalogUnreadable;

defined( 'ABSPATH' ) || exit;

/** `GET wc-dstnc/v1/catalog`: whole product groups, in pages or by their ids. The answer is that of shared/src/plugin/catalog-page.ts. */
final class CatalogController extends StoreController {

	/** Whole groups in a page; ids of groups in a page; ids that can be asked for. */
	private const MOST_GROUPS  = 500;
	private const MOST_IDS     = 5000;
	private const MOST_INCLUDE = 100;

	public function register(): void {
		$id = array(
			'type'    => 'integer',
			'minimum' => 1,
		);
		$this->route(
			'/catalog',
			array( $this, 'get' ),
			array(
				'include' => array(
					'description' => 'Ids of products or variations.',
					'type'        => 'array',
					'items'       => $id,
					'minItems'    => 1,
					'maxItems'    => self::MOST_INCLUDE,
				),
				'after'   => array(
					'description' => 'Product groups with a higher id than this.',
					'type'        => 'integer',
					'minimum'     => 0,
					'default'     => 0,
				),
				'limit'   => array(
					'description' => 'How many product groups at most: up to 500 whole ones, or 5000 with `_fields=groups.groupId`.',
					'type'        => 'integer',
					'minimum'     => 1,
					'default'     => 100,
				),
				'lang'    => array(
					'description' => 'A language of the shop: names, texts and pictures are in it where they are translated. Left out: each product in its own.',
					'type'        => 'string',
					'maxLength'   => 40,
				),
			),
			array(
				'groups'      => array(
					'description' => 'Products, each with all its variations.',
					'type'        => 'array',
					'items'       => array(
						'type'       => 'object',
						'properties' => array(
							'groupId'    => $id,
							'product'    => array(
								'description' => 'Some of the fields of wc/v3/products/<id>.',
								'type'        => 'object',
							),
							'variations' => array(
								'description' => 'Some of the fields of wc/v3/products/<id>/variations.',
								'type'        => 'array',
								'items'       => array( 'type' => 'object' ),
							),
							'locale'     => array(
								'description' => 'The language that it is in; null where the shop has one only.',
								'type'        => array( 'string', 'null' ),
							),
							'fallback'   => array(
								'description' => 'Whether that is another one than `lang`, as it isn\'t translated.',
								'type'        => 'boolean',
							),
						),
					),
				),
				'gone'        => array(
					'description' => 'What was asked for and is no more.',
					'type'        => 'array',
					'items'       => array(
						'type'       => 'object',
						'properties' => array(
							'id'      => $id,
							'because' => array(
								'type' => 'string',
								'enum' => array( 'deleted', 'trashed' ),
							),
						),
					),
				),
				'belongsTo'   => array(
					'description' => 'What was asked for and is a variation, or translates another product.',
					'type'        => 'array',
					'items'       => array(
						'type'       => 'object',
						'properties' => array(
							'id'      => $id,
							'groupId' => $id,
							'because' => array(
								'type' => 'string',
								'enum' => array( 'variation', 'translation' ),
							),
						),
					),
				),
				'next'        => array(
					'description' => 'What `after` of the next page is; null on the last.',
					'type'        => array( 'integer', 'null' ),
				),
				'total'       => array(
					'description' => 'Product groups in the shop.',
					'type'        => 'integer',
				),
				'currency'    => array(
					'description' => 'Currency of the prices.',
					'type'        => 'string',
				),
				'taxIncluded' => array(
					'description' => 'Whether the prices include tax.',
					'type'        => 'boolean',
				),
			)
		);
	}

	/**
	 * @param \WP_REST_Request<array<string, mixed>> $request
	 * @return array<string, mixed>|\WP_Error
	 */
	public function get( \WP_REST_Request $request ) {
		try {
			return $this->read( $request );
		} catch ( CatalogUnreadable $unreadable ) {
			return new \WP_Error( 'dstnc_catalog_unreadable', $unreadable->getMessage(), array( 'status' => 500 ) );
		}
	}

	/**
	 * @param \WP_REST_Request<array<string, mixed>> $request
	 * @return array<string, mixed>
	 * @throws CatalogUnreadable It could not be read whole.
	 */
	private function read( \WP_REST_Request $request ): array {
		$reader  = $this->plugin->catalogReader();
		$include = $request->get_param( 'include' );
		$lang    = $request->get_param( 'lang' );
		$lang    = is_string( $lang ) && '' !== $lang ? $lang : null;
		if ( is_array( $include ) ) {
			return $reader->only( array_map( static fn( $id ) => is_numeric( $id ) ? (int) $id : 0, array_values( $include ) ), $lang );
		}
		$idsOnly = 'groups.groupId' === $request->get_param( '_fields' );
		if ( $idsOnly ) {
			// WordPress would take out `next`, too, and can't look into lists.
			$request->offsetUnset( '_fields' );
		}
		$limit = $request->get_param( 'limit' );
		$after = $request->get_param( 'after' );
		return $reader->page(
			is_numeric( $after ) ? (int) $after : 0,
			min( is_numeric( $limit ) ? (int) $limit : 1, $idsOnly ? self::MOST_IDS : self::MOST_GROUPS ),
			$idsOnly,
			$lang
		);
	}
}
