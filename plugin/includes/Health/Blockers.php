<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Health;

defined( 'ABSPATH' ) || exit;

/**
 * Plugins and their settings that are known to keep DSTNC out of shops. Each has an id that {@see WorkingState} knows it by.
 *
 * @phpstan-type Blocker array{id: string, plugin: string, setting: string, url: string}
 */
final class Blockers {

	/** Files of the plugins; the last versions, and those under former names. */
	private const SOLID     = array( 'better-wp-security/better-wp-security.php', 'ithemes-security-pro/ithemes-security-pro.php', 'solid-security-pro/solid-security-pro.php' );
	private const WORDFENCE = array( 'wordfence/wordfence.php' );
	private const AIOS      = array( 'all-in-one-wp-security-and-firewall/wp-security.php' );

	/** Where those with settings of that kind keep them. */
	public const OPTIONS = array( 'itsec-storage', 'itsec_tweaks', 'itsec_active_modules', 'aio_wp_security_configs' );

	/** Plugins that close the REST API, whatever their settings are called: file → page of their settings. */
	private const REST_CLOSERS = array(
		'disable-json-api/disable-json-api.php'           => 'options-general.php?page=disable_rest_api_settings',
		'disable-wp-rest-api/disable-wp-rest-api.php'     => 'plugins.php',
		'wp-cerber/wp-cerber.php'                         => 'admin.php?page=cerber-security',
		'wp-hide-security-enhancer/wp-hide.php'           => 'admin.php?page=wp-hide',
		'hide-my-wp/index.php'                            => 'admin.php?page=hmwp_settings',
		'perfmatters/perfmatters.php'                     => 'options-general.php?page=perfmatters',
		'ninjafirewall/ninjafirewall.php'                 => 'admin.php?page=NinjaFirewall',
		'malcare-security/malcare.php'                    => 'admin.php?page=malcare',
		'defender-security/wp-defender.php'               => 'admin.php?page=wp-defender',
		'bulletproof-security/bulletproof-security.php'   => 'admin.php?page=bulletproof-security/admin/core/core.php',
	);

	/**
	 * Settings that are switched on and that filter DSTNC's requests.
	 *
	 * @return list<Blocker>
	 */
	public function settings(): array {
		return array_merge( $this->solid(), $this->allInOne() );
	}

	/**
	 * Plugins that are active and could be the ones when the REST API is blocked: those that are known for it, and those that
	 * decide about access to it in this very shop.
	 *
	 * @return list<Blocker>
	 */
	public function suspects(): array {
		$found = array();
		$file  = $this->active( self::WORDFENCE );
		if ( null !== $file ) {
			$found['Wordfence'] = $this->blocker( $file, 'Wordfence', '', 'admin.php?page=WordfenceWAF' );
		}
		foreach ( self::REST_CLOSERS as $file => $url ) {
			if ( is_plugin_active( $file ) ) {
				$name           = $this->name( $file );
				$found[ $name ] = $this->blocker( $file, $name, '', $url );
			}
		}
		foreach ( $this->doorkeepers() as $file ) {
			$name            = $this->name( $file );
			$found[ $name ] = $found[ $name ] ?? $this->blocker( $file, $name, '', 'plugins.php?s=' . rawurlencode( $name ) );
		}
		return array_values( $found );
	}

	/** @return list<Blocker> */
	private function solid(): array {
		$file = $this->active( self::SOLID );
		if ( null === $file ) {
			return array();
		}
		$storage = get_site_option( 'itsec-storage' );
		$tweaks  = is_array( $storage ) && is_array( $storage['system-tweaks'] ?? null ) ? $storage['system-tweaks'] : get_site_option( 'itsec_tweaks' );
		$modules = get_site_option( 'itsec_active_modules' );
		if ( ! is_array( $tweaks ) || ( is_array( $modules ) && array_key_exists( 'system-tweaks', $modules ) && ! $modules['system-tweaks'] ) ) {
			return array();
		}
		$found = array();
		// The plugin's own words, as its settings page shows them.
		$filters = array(
			'suspicious_query_strings' => __( 'Filter suspicious query strings', 'dstnc-for-woocommerce' ),
			'long_url_strings'         => __( 'Filter long URL strings', 'dstnc-for-woocommerce' ),
		);
		foreach ( $filters as $key => $label ) {
			if ( ! empty( $tweaks[ $key ] ) ) {
				$found[] = $this->blocker( WorkingState::settingId( $file, $key ), $this->name( $file ), $label, 'admin.php?page=itsec' );
			}
		}
		return $found;
	}

	/** @return list<Blocker> */
	private function allInOne(): array {
		$file = $this->active( self::AIOS );
		if ( null === $file ) {
			return array();
		}
		$options = get_option( 'aio_wp_security_configs' );
		$found   = array();
		// Not "Disallow unauthorized REST requests": DSTNC's requests are authorized.
		$filters = array(
			'aiowps_deny_bad_query_strings'      => __( 'Deny bad query strings', 'dstnc-for-woocommerce' ),
			'aiowps_advanced_char_string_filter' => __( 'Enable advanced character string filter', 'dstnc-for-woocommerce' ),
		);
		foreach ( $filters as $key => $label ) {
			if ( is_array( $options ) && ! empty( $options[ $key ] ) ) {
				$found[] = $this->blocker( WorkingState::settingId( $file, $key ), $this->name( $file ), $label, 'admin.php?page=aiowpsec_firewall' );
			}
		}
		return $found;
	}

	/**
	 * Plugins whose functions decide whether a REST request is let in. Found by where the functions are written.
	 *
	 * @return list<string> Files of plugins.
	 */
	private function doorkeepers(): array {
		global $wp_filter;
		$files   = array();
		$folders = array();
		foreach ( array_keys( get_plugins() ) as $file ) {
			if ( is_plugin_active( $file ) && 'woocommerce/woocommerce.php' !== $file && plugin_basename( DSTNC_PLUGIN_FILE ) !== $file ) {
				$folders[ wp_normalize_path( dirname( DSTNC_PLUGIN_FILE, 2 ) ) . '/' . ( '.' === dirname( $file ) ? $file : dirname( $file ) . '/' ) ] = $file;
			}
		}
		foreach ( array( 'rest_authentication_errors', 'rest_pre_dispatch', 'rest_enabled' ) as $hook ) {
			$hooked    = is_array( $wp_filter ) ? $wp_filter[ $hook ] ?? null : null;
			$callbacks = $hooked instanceof \WP_Hook ? $hooked->callbacks : array();
			foreach ( $callbacks as $sameOrder ) {
				foreach ( is_array( $sameOrder ) ? $sameOrder : array() as $callback ) {
					$source = $this->source( is_array( $callback ) ? $callback['function'] ?? null : null );
					foreach ( $folders as $folder => $file ) {
						if ( 0 === strpos( $source, $folder ) ) {
							$files[ $file ] = true;
						}
					}
				}
			}
		}
		return array_keys( $files );
	}

	/**
	 * The file that a callback is written in; empty if PHP doesn't know.
	 *
	 * @param mixed $callback
	 */
	private function source( $callback ): string {
		try {
			if ( is_array( $callback ) && isset( $callback[0], $callback[1] ) && is_string( $callback[1] ) && ( is_object( $callback[0] ) || is_string( $callback[0] ) ) ) {
				$function = new \ReflectionMethod( $callback[0], $callback[1] );
			} elseif ( $callback instanceof \Closure || ( is_string( $callback ) && function_exists( $callback ) ) ) {
				$function = new \ReflectionFunction( $callback );
			} else {
				return '';
			}
		} catch ( \ReflectionException $unknown ) {
			return '';
		}
		return wp_normalize_path( (string) $function->getFileName() );
	}

	/**
	 * @param list<string> $files
	 */
	private function active( array $files ): ?string {
		require_once ABSPATH . 'wp-admin/includes/plugin.php';
		foreach ( $files as $file ) {
			if ( is_plugin_active( $file ) ) {
				return $file;
			}
		}
		return null;
	}

	private function name( string $file ): string {
		$name = get_plugins()[ $file ]['Name'] ?? '';
		return is_string( $name ) && '' !== $name ? $name : $file;
	}

	/** @return Blocker */
	private function blocker( string $id, string $plugin, string $setting, string $page ): array {
		return array(
			'id'      => $id,
			'plugin'  => $plugin,
			'setting' => $setting,
			'url'     => admin_url( $page ),
		);
	}
}
