<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce;

defined( 'ABSPATH' ) || exit;

/** Reads an array that came from outside (an option, an answer, a row): what is missing or of another type is the default. */
final class Fields {

	/** @var array<array-key, mixed> */
	private array $values;

	/** @param array<array-key, mixed> $values */
	private function __construct( array $values ) {
		$this->values = $values;
	}

	/** @param mixed $values Anything; what isn't an array has no fields. */
	public static function of( $values ): self {
		return new self( is_array( $values ) ? $values : array() );
	}

	public function text( string $name, string $default = '' ): string {
		$value = $this->values[ $name ] ?? null;
		return is_string( $value ) || is_int( $value ) || is_float( $value ) ? (string) $value : $default;
	}

	public function number( string $name, int $default = 0 ): int {
		$value = $this->values[ $name ] ?? null;
		return is_numeric( $value ) ? (int) $value : $default;
	}

	public function numberOrNull( string $name ): ?int {
		$value = $this->values[ $name ] ?? null;
		return is_numeric( $value ) ? (int) $value : null;
	}

	public function textOrNull( string $name ): ?string {
		return $this->has( $name ) ? $this->text( $name ) : null;
	}

	public function yes( string $name ): bool {
		return true === ( $this->values[ $name ] ?? null );
	}

	/** Whether it is there, and not null. */
	public function has( string $name ): bool {
		return isset( $this->values[ $name ] );
	}

	/** The fields of a field. */
	public function fields( string $name ): self {
		return self::of( $this->values[ $name ] ?? null );
	}

	/** @return list<self> The members of a field that is a list. */
	public function each( string $name ): array {
		return array_map( array( self::class, 'of' ), array_values( $this->fields( $name )->values ) );
	}

	/** @return array<string, int> A field that maps names to numbers. */
	public function numbers( string $name ): array {
		$numbers = array();
		foreach ( $this->fields( $name )->values as $key => $value ) {
			if ( is_numeric( $value ) ) {
				$numbers[ (string) $key ] = (int) $value;
			}
		}
		return $numbers;
	}

	/** @return array<array-key, mixed> As it came. */
	public function all(): array {
		return $this->values;
	}
}
