<?php
/**
 * What this plugin uses of WP-CLI, for static analysis.
 *
 * @package Dstnc\WooCommerce
 */

namespace {
	class WP_CLI {

		/**
		 * @param string               $name
		 * @param callable|object|class-string $callable
		 * @param array<string, mixed> $args
		 */
		public static function add_command( string $name, $callable, array $args = array() ): bool {
			return true;
		}

		public static function log( string $message ): void {}

		public static function line( string $message = '' ): void {}

		public static function success( string $message ): void {}

		public static function warning( string $message ): void {}

		/**
		 * @param bool|int $exit
		 * @phpstan-return ($exit is false ? void : never)
		 */
		public static function error( string $message, $exit = true ): void {}

		/**
		 * @param array<string, mixed> $assoc_args
		 */
		public static function confirm( string $question, array $assoc_args = array() ): void {}

		/** @return never */
		public static function halt( int $return_code ): void {}
	}
}

namespace WP_CLI\Utils {
	/**
	 * @param string                            $format
	 * @param array<int, array<string, mixed>> $items
	 * @param list<string>|string               $fields
	 */
	function format_items( string $format, array $items, $fields ): void {}
}
