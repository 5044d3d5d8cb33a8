<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Connection;

use Dstnc\WooCommerce\Fields;

defined( 'ABSPATH' ) || exit;

/**
 * Tells the connected shop from a copy of it. A copy (a staging site, a restored backup elsewhere) has the same database and with it the
 * same keys and secrets; if it spoke to DSTNC, its test orders and stock would become the live shop's.
 *
 * The address that the shop was connected under is kept encoded, because whoever copies a shop replaces its address everywhere in the
 * database.
 */
final class SiteIdentity {

	private const OPTION = 'dstnc_site';

	/** Whether this is a copy of the connected shop. False where no shop was connected; true as long as it {@see isMoving()}. Cheap. */
	public function isClone(): bool {
		$stored = $this->stored();
		$home   = $this->decoded( $stored->text( 'home' ) );
		if ( '' === $home ) {
			return false;
		}
		$current = self::place( self::home(), true );
		// Without a host (WP_HOME made from the request, on the command line) nobody can tell.
		if ( '' === $current ) {
			return false;
		}
		if ( self::place( $home, true ) !== $current ) {
			return true;
		}
		// A WordPress moved to another folder is the same shop; on another host it is not, even if visitors are still sent home.
		$site = $this->decoded( $stored->text( 'site' ) );
		return '' !== $site && self::place( $site, false ) !== self::place( self::site(), false );
	}

	/**
	 * The addresses, as a person knows them, without a trailing slash.
	 *
	 * @return array{stored: string, current: string} `stored` is '' where no shop was connected.
	 */
	public function homes(): array {
		return array(
			'stored'  => $this->decoded( $this->stored()->text( 'home' ) ),
			'current' => self::home(),
		);
	}

	/** What the vendor said of this copy: 'quiet', or null where nobody was asked yet or the answer was given for another copy. */
	public function choice(): ?string {
		$stored = $this->stored();
		return 'quiet' === $stored->text( 'choice' ) && $this->decoded( $stored->text( 'choiceFor' ) ) === self::home() ? 'quiet' : null;
	}

	/**
	 * The vendor says: this is the live shop now. DSTNC, when it calls back, is told so; to all others this stays a copy until it is known
	 * that DSTNC agreed, and {@see remember()} makes it true.
	 */
	public function beginMove(): void {
		$this->change( array( 'movingTo' => $this->encoded( self::home() ) ) );
	}

	/** DSTNC did not agree: this is a copy as before. */
	public function cancelMove(): void {
		$this->change( array() );
	}

	/** Whether this copy says to DSTNC that it is the live shop now, and DSTNC's word is awaited. */
	public function isMoving(): bool {
		$to = $this->decoded( $this->stored()->text( 'movingTo' ) );
		return '' !== $to && self::home() === $to;
	}

	/** The vendor says: this is a copy; it shall keep quiet. */
	public function stayQuiet(): void {
		$this->change(
			array(
				'choice'    => 'quiet',
				'choiceFor' => $this->encoded( self::home() ),
			)
		);
	}

	/** This is the shop that is connected, and DSTNC knows where its REST API is. */
	public function remember(): void {
		update_option(
			self::OPTION,
			array(
				'home' => $this->encoded( self::home() ),
				'site' => $this->encoded( self::site() ),
				'rest' => $this->encoded( $this->restUrl() ),
			),
			true
		);
	}

	/** Where the REST API answers, under the home address's scheme: WordPress gives it that of the request at hand. */
	public function restUrl(): string {
		$scheme = wp_parse_url( self::home(), PHP_URL_SCHEME );
		return set_url_scheme( rest_url(), is_string( $scheme ) ? $scheme : null );
	}

	/** Whether DSTNC knows the REST API by another address than it has now: the permalinks were switched, or http became https. */
	public function restMoved(): bool {
		$told = $this->decoded( $this->stored()->text( 'rest' ) );
		// Without a host nobody can tell, as above.
		return '' !== $told && '' !== self::place( self::home(), true ) && $this->restUrl() !== $told;
	}

	/**
	 * What DSTNC is told of this shop: where it is, and which versions run there.
	 *
	 * @return array{url: string, restUrl: string, plugin: string, woocommerce: string, wordpress: string}
	 */
	public function whereabouts(): array {
		return array(
			'url'         => self::home(),
			'restUrl'     => $this->restUrl(),
			'plugin'      => DSTNC_PLUGIN_VERSION,
			'woocommerce' => WC_VERSION,
			'wordpress'   => get_bloginfo( 'version' ),
		);
	}

	private function stored(): Fields {
		return Fields::of( get_option( self::OPTION ) );
	}

	/** @param array<string, string> $change What is new; a move that is under way is over unless it is among it. */
	private function change( array $change ): void {
		update_option( self::OPTION, array_merge( array_diff_key( $this->stored()->all(), array( 'movingTo' => '' ) ), $change ), true );
	}

	/** The home address as it is set up, and not as a language plugin or the like gives it to this request. */
	private static function home(): string {
		return self::setting( 'home', 'WP_HOME' );
	}

	private static function site(): string {
		return self::setting( 'siteurl', 'WP_SITEURL' );
	}

	private static function setting( string $option, string $constant ): string {
		$options = wp_load_alloptions();
		$value   = $options[ $option ] ?? get_option( $option );
		// On a network the constants are the main site's.
		if ( ! is_multisite() && defined( $constant ) ) {
			$value = constant( $constant );
		}
		return is_string( $value ) ? untrailingslashit( trim( $value ) ) : '';
	}

	/** What is compared: host without www, port unless it is the scheme's own, folder; '' where there is no host. */
	private static function place( string $url, bool $withFolder ): string {
		$parts = wp_parse_url( strtolower( $url ) );
		if ( ! is_array( $parts ) || ! isset( $parts['host'] ) ) {
			return '';
		}
		$host = 0 === strpos( $parts['host'], 'www.' ) ? substr( $parts['host'], 4 ) : $parts['host'];
		$port = isset( $parts['port'] ) && ! in_array( $parts['port'], array( 80, 443 ), true ) ? ':' . $parts['port'] : '';
		return $host . $port . ( $withFolder ? rtrim( $parts['path'] ?? '', '/' ) : '' );
	}

	private function encoded( string $url ): string {
		// phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions.obfuscation_base64_encode -- See the class.
		return base64_encode( $url );
	}

	private function decoded( string $encoded ): string {
		// phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions.obfuscation_base64_decode -- See the class.
		return (string) base64_decode( $encoded, true );
	}
}
