<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Languages;

defined( 'ABSPATH' ) || exit;

/** A shop in one language, or in several that a plugin keeps where DSTNC can't read them: every product is an original. */
final class SingleLanguage implements LanguagePlugin {

	private string $name;

	/** @param string $name The plugin that can't be read; empty: there is none. */
	public function __construct( string $name = '' ) {
		$this->name = $name;
	}

	public function id(): ?string {
		return null;
	}

	public function name(): string {
		return $this->name;
	}

	public function isSupported(): bool {
		return '' === $this->name;
	}

	public function defaultLanguage(): string {
		return '';
	}

	public function languages(): array {
		return array();
	}

	public function translations( int $product ): array {
		return array();
	}

	public function translation( int $id, string $type, string $language ): ?int {
		return null;
	}

	public function originals(): string {
		return '1 = 1';
	}

	public function within( ?string $language, callable $read ) {
		return $read();
	}
}
