<?php
/**
 * Functions of WordPress as far as the tests need them, over {@see Wordpress}. Each keeps to its original's documented behaviour.
 *
 * @package Dstnc\WooCommerce
 */

declare(strict_types=1);

use Dstnc\WooCommerce\Tests\Wordpress;

// Texts.

function __( string $text, string $domain = 'default' ): string {
	return $text;
}

function _x( string $text, string $context, string $domain = 'default' ): string {
	return $text;
}

function _n( string $single, string $plural, int $number, string $domain = 'default' ): string {
	return 1 === $number ? $single : $plural;
}

function esc_html( string $text ): string {
	return htmlspecialchars( $text, ENT_QUOTES );
}

function esc_html__( string $text, string $domain = 'default' ): string {
	return esc_html( $text );
}

function esc_attr( string $text ): string {
	return htmlspecialchars( $text, ENT_QUOTES );
}

function esc_url( string $url ): string {
	return $url;
}

function esc_url_raw( string $url ): string {
	return $url;
}

/** @param int|float $number */
function number_format_i18n( $number, int $decimals = 0 ): string {
	return number_format( (float) $number, $decimals );
}

function wp_strip_all_tags( string $text, bool $removeBreaks = false ): string {
	return trim( strip_tags( $text ) );
}

function sanitize_text_field( string $text ): string {
	return trim( strip_tags( $text ) );
}

// Options and transients.

/**
 * @param mixed $default
 * @return mixed
 */
function get_option( string $name, $default = false ) {
	return array_key_exists( $name, Wordpress::$options ) ? Wordpress::$options[ $name ] : $default;
}

/**
 * @param mixed     $value
 * @param bool|null $autoload
 */
function update_option( string $name, $value, $autoload = null ): bool {
	$changed                     = ! array_key_exists( $name, Wordpress::$options ) || Wordpress::$options[ $name ] !== $value;
	Wordpress::$options[ $name ] = $value;
	return $changed;
}

/**
 * @param mixed     $value
 * @param bool|null $autoload
 */
function add_option( string $name, $value = '', string $deprecated = '', $autoload = null ): bool {
	if ( array_key_exists( $name, Wordpress::$options ) ) {
		return false;
	}
	Wordpress::$options[ $name ] = $value;
	return true;
}

function delete_option( string $name ): bool {
	$had = array_key_exists( $name, Wordpress::$options );
	unset( Wordpress::$options[ $name ] );
	return $had;
}

/** @return mixed */
function get_transient( string $name ) {
	return Wordpress::$transients[ $name ] ?? false;
}

/** @param mixed $value */
function set_transient( string $name, $value, int $expiration = 0 ): bool {
	Wordpress::$transients[ $name ] = $value;
	return true;
}

function delete_transient( string $name ): bool {
	$had = isset( Wordpress::$transients[ $name ] );
	unset( Wordpress::$transients[ $name ] );
	return $had;
}

/** @return array<string, mixed> */
function wp_load_alloptions(): array {
	return Wordpress::$options;
}

function is_multisite(): bool {
	return false;
}

function is_admin(): bool {
	return false;
}

// Hooks.

function add_filter( string $hook, callable $callback, int $priority = 10, int $arguments = 1 ): bool {
	Wordpress::$hooks[ $hook ][] = static function () use ( $callback, $arguments ) {
		return $callback( ...array_slice( func_get_args(), 0, $arguments ) );
	};
	return true;
}

function add_action( string $hook, callable $callback, int $priority = 10, int $arguments = 1 ): bool {
	return add_filter( $hook, $callback, $priority, $arguments );
}

function remove_filter( string $hook, callable $callback, int $priority = 10 ): bool {
	return true;
}

/**
 * @param mixed $value
 * @param mixed ...$more
 * @return mixed
 */
function apply_filters( string $hook, $value, ...$more ) {
	foreach ( Wordpress::$hooks[ $hook ] ?? array() as $callback ) {
		$value = $callback( $value, ...$more );
	}
	return $value;
}

/** @param mixed ...$arguments */
function do_action( string $hook, ...$arguments ): void {
	Wordpress::$done[] = array( $hook, $arguments );
	foreach ( Wordpress::$hooks[ $hook ] ?? array() as $callback ) {
		$callback( ...$arguments );
	}
}

function did_action( string $hook ): int {
	return count( array_keys( array_column( Wordpress::$done, 0 ), $hook, true ) );
}

// Addresses and JSON.

function home_url( string $path = '' ): string {
	return rtrim( (string) Wordpress::$options['home'], '/' ) . $path;
}

function admin_url( string $path = '' ): string {
	return rtrim( (string) Wordpress::$options['siteurl'], '/' ) . '/wp-admin/' . ltrim( $path, '/' );
}

function rest_url( string $path = '' ): string {
	return home_url( '/wp-json/' . ltrim( $path, '/' ) );
}

function untrailingslashit( string $text ): string {
	return rtrim( $text, '/\\' );
}

function trailingslashit( string $text ): string {
	return untrailingslashit( $text ) . '/';
}

function set_url_scheme( string $url, ?string $scheme = null ): string {
	return null === $scheme ? $url : (string) preg_replace( '#^\w+://#', $scheme . '://', $url );
}

/** @return mixed */
function wp_parse_url( string $url, int $component = -1 ) {
	return parse_url( $url, $component );
}

/**
 * @param mixed $value
 * @return string|false
 */
function wp_json_encode( $value, int $flags = 0, int $depth = 512 ) {
	return json_encode( $value, $flags, $depth );
}

function wp_salt( string $scheme = 'auth' ): string {
	return "salt of the tests for $scheme";
}

function wp_get_environment_type(): string {
	return Wordpress::$environment;
}

// Errors and requests.

class WP_Error {

	/** @var string */
	private $code;

	/** @var string */
	private $message;

	/** @var mixed */
	private $data;

	/** @param mixed $data */
	public function __construct( string $code = '', string $message = '', $data = '' ) {
		$this->code    = $code;
		$this->message = $message;
		$this->data    = $data;
	}

	public function get_error_code(): string {
		return $this->code;
	}

	public function get_error_message(): string {
		return $this->message;
	}

	/** @return mixed */
	public function get_error_data() {
		return $this->data;
	}
}

/** @param mixed $thing */
function is_wp_error( $thing ): bool {
	return $thing instanceof WP_Error;
}

/**
 * @param array<string, mixed> $args
 * @return array<string, mixed>|WP_Error
 */
function wp_safe_remote_request( string $url, array $args = array() ) {
	Wordpress::$requests[] = array(
		'url'  => $url,
		'args' => $args,
	);
	return null === Wordpress::$http ? new WP_Error( 'http_request_failed', 'No answer was prepared.' ) : ( Wordpress::$http )( $url, $args );
}

/** @param mixed $answer */
function wp_remote_retrieve_response_code( $answer ): int {
	return is_array( $answer ) ? (int) ( $answer['response']['code'] ?? 0 ) : 0;
}

/** @param mixed $answer */
function wp_remote_retrieve_body( $answer ): string {
	return is_array( $answer ) ? (string) ( $answer['body'] ?? '' ) : '';
}

/** @param mixed $answer */
function wp_remote_retrieve_header( $answer, string $name ): string {
	return is_array( $answer ) ? (string) ( $answer['headers'][ strtolower( $name ) ] ?? '' ) : '';
}
