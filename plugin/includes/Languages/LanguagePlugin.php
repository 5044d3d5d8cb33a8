<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Languages;

defined( 'ABSPATH' ) || exit;

/**
 * What DSTNC asks of a plugin that translates the shop. Languages are named as that plugin names them (`de`, `pt-br`); of what it
 * doesn't know it says nothing, and never fails.
 */
interface LanguagePlugin {

	/** Stable, for programs: `wpml`, `polylang`; null: none that DSTNC can read. */
	public function id(): ?string;

	/** As people call it; empty where there is none. */
	public function name(): string;

	/** Whether DSTNC can read its translations of products. */
	public function isSupported(): bool;

	/** The shop's own language; empty where nobody says. */
	public function defaultLanguage(): string;

	/** @return array<string, string> WordPress's locale by language; empty where the locale isn't known. */
	public function languages(): array;

	/**
	 * A product and its translations.
	 *
	 * @return array<string, int> Ids of products by language, with the product itself; empty where the product has no language.
	 */
	public function translations( int $product ): array;

	/**
	 * The translation of anything else that a product shows.
	 *
	 * @param string $type A post type or a taxonomy.
	 * @return int|null Null: there is none.
	 */
	public function translation( int $id, string $type, string $language ): ?int;

	/**
	 * A condition of SQL on the products `p`: true for those that are no translation of another one. It is the same rule as
	 * {@see Languages::originalOf()}, for many at once.
	 */
	public function originals(): string;

	/**
	 * Reads with this language as the current one, whatever the request's is.
	 *
	 * @template T
	 * @param string|null   $language Null: none, so that nothing is swapped or left out.
	 * @param callable(): T $read
	 * @return T
	 */
	public function within( ?string $language, callable $read );
}
