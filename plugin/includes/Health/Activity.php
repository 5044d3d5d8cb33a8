<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Health;

defined( 'ABSPATH' ) || exit;

/** What happened lately, for the vendor to read: the last 50 sentences. */
final class Activity {

	private const OPTION = 'dstnc_activity';
	private const KEPT   = 50;

	/**
	 * @param string $kind `info`, `good` or `bad`.
	 * @param string $text One translated sentence; never a secret.
	 */
	public function note( string $kind, string $text ): void {
		$entries = $this->entries();
		array_unshift(
			$entries,
			array(
				'at'   => gmdate( 'Y-m-d\TH:i:s\Z' ),
				'kind' => in_array( $kind, array( 'good', 'bad' ), true ) ? $kind : 'info',
				'text' => $text,
			)
		);
		update_option( self::OPTION, array_slice( $entries, 0, self::KEPT ), false );
	}

	/** @return list<array{at: string, kind: string, text: string}> Newest first; `at` is RFC 3339 in UTC. */
	public function entries(): array {
		$stored  = get_option( self::OPTION, array() );
		$entries = array();
		foreach ( is_array( $stored ) ? $stored : array() as $entry ) {
			if ( is_array( $entry ) && is_string( $entry['at'] ?? null ) && is_string( $entry['kind'] ?? null ) && is_string( $entry['text'] ?? null ) ) {
				$entries[] = array(
					'at'   => $entry['at'],
					'kind' => $entry['kind'],
					'text' => $entry['text'],
				);
			}
		}
		return $entries;
	}
}
