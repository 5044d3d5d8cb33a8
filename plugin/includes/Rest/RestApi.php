<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Rest;

use Dstnc\WooCommerce\Module;
use Dstnc\WooCommerce\Plugin;

defined( 'ABSPATH' ) || exit;

/**
 * The plugin's REST routes: `wc-dstnc/v1` for DSTNC, with keys of WooCommerce, which accepts them on namespaces that begin with `wc-`;
 * and `dstnc-admin/v1` for the page in wp-admin, with its cookie and nonce, on which keys are not accepted.
 */
final class RestApi implements Module {

	public const STORE_NAMESPACE = 'wc-dstnc/v1';
	public const ADMIN_NAMESPACE = 'dstnc-admin/v1';

	private Plugin $plugin;

	public function __construct( Plugin $plugin ) {
		$this->plugin = $plugin;
	}

	public function register(): void {
		add_action( 'rest_api_init', array( $this, 'addRoutes' ) );
		add_filter( 'rest_post_dispatch', array( $this, 'forbidCaching' ), 10, 3 );
	}

	public function addRoutes(): void {
		/** @var list<Module> $controllers */
		$controllers = array(
			new StatusController( $this->plugin ),
			new ChangesController( $this->plugin ),
			new CatalogController( $this->plugin ),
			new OrdersController( $this->plugin ),
			new AdminStateController( $this->plugin ),
			new AdminAttemptController( $this->plugin ),
			new AdminConnectionController( $this->plugin ),
			new AdminProductController( $this->plugin ),
			new AdminOrderController( $this->plugin ),
			new AdminHealthController( $this->plugin ),
			new AdminKeyController( $this->plugin ),
		);
		foreach ( $controllers as $controller ) {
			$controller->register();
		}
	}

	/**
	 * Hosts cache pages, and some cache answers of the REST API with them: what is stale is worse than slow. Errors are kept from caches, too.
	 *
	 * @param mixed $response
	 * @param mixed $server
	 * @param mixed $request
	 * @return mixed
	 */
	public function forbidCaching( $response, $server, $request ) {
		if ( $response instanceof \WP_REST_Response && $request instanceof \WP_REST_Request
			&& 1 === preg_match( '#^/(wc-dstnc|dstnc-admin)/#', $request->get_route() ) ) {
			$response->header( 'Cache-Control', 'no-store' );
		}
		return $response;
	}
}
