<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Rest;

use Dstnc\WooCommerce\Module;

defined( 'ABSPATH' ) || exit;

/**
 * Lets WooCommerce look at keys where a shop has plain permalinks. It knows its REST API by the address only (`/wp-json/wc/…`), and with plain
 * permalinks the route is in the query (`/?rest_route=/wc/…`): valid keys were refused, and their use is not noted.
 */
final class RestAuthentication implements Module {

	/** The use of the key was noted in this request. */
	private bool $isNoted = false;

	public function register(): void {
		add_filter( 'woocommerce_rest_is_request_to_rest_api', array( $this, 'recognise' ) );
		add_filter( 'woocommerce_disable_rest_api_access_log', array( $this, 'noteUse' ) );
	}

	/**
	 * @param mixed $isRestApi
	 * @return mixed
	 */
	public function recognise( $isRestApi ) {
		return true === $isRestApi || ! self::isPlainRestRequest() ? $isRestApi : true;
	}

	/**
	 * WooCommerce compares each REST request of a process with the path of the address, to note the use of a key for the one from outside and
	 * not for those that are made inside of it. There is no path here; the first one is from outside.
	 *
	 * @param mixed $isDisabled
	 * @return mixed
	 */
	public function noteUse( $isDisabled ) {
		if ( $this->isNoted || ! self::isPlainRestRequest() ) {
			return $isDisabled;
		}
		$this->isNoted = true;
		return false;
	}

	/**
	 * Whether WordPress itself is going to answer this request with its REST API, from a route of WooCommerce. Only the front page does: a
	 * `rest_route` that somebody hangs on another address must not make a key good there.
	 */
	private static function isPlainRestRequest(): bool {
		// phpcs:disable WordPress.Security -- Nothing is done here, only looked at; there is no user yet.
		$route = $_GET['rest_route'] ?? '';
		$uri   = $_SERVER['REQUEST_URI'] ?? '';
		// phpcs:enable
		if ( ! is_string( $route ) || ! is_string( $uri ) || 1 !== preg_match( '#^/wc[-/]#', $route ) || is_admin() ) {
			return false;
		}
		$path = (string) wp_parse_url( $uri, PHP_URL_PATH );
		$home = (string) wp_parse_url( home_url( '/' ), PHP_URL_PATH );
		return untrailingslashit( (string) preg_replace( '#/index\.php$#', '/', $path ) ) === untrailingslashit( $home );
	}
}
