<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Admin;

use Dstnc\WooCommerce\Module;
use Dstnc\WooCommerce\Plugin;

defined( 'ABSPATH' ) || exit;

/** Says, before a user is deleted or gets another role, that DSTNC acts as this user. Nothing is kept from being done. */
final class UserDeletion implements Module {

	private Plugin $plugin;

	public function __construct( Plugin $plugin ) {
		$this->plugin = $plugin;
	}

	public function register(): void {
		add_action( 'delete_user_form', array( $this, 'explainDeletion' ), 10, 2 );
		add_action( 'edit_user_profile', array( $this, 'explainRole' ) );
		add_action( 'show_user_profile', array( $this, 'explainRole' ) );
	}

	/**
	 * @param mixed $current Who is about to delete.
	 * @param mixed $userIds Who are about to be deleted.
	 */
	public function explainDeletion( $current, $userIds = array() ): void {
		$user = $this->user();
		if ( null === $user || ! is_array( $userIds ) || ! in_array( $user->ID, array_map( static fn( $id ): int => is_numeric( $id ) ? (int) $id : 0, $userIds ), true ) ) {
			return;
		}
		$this->explain(
			/* translators: %s: name of a user. */
			sprintf( __( 'DSTNC acts as %s in this shop.', 'dstnc-for-woocommerce' ), $user->display_name ),
			__( 'If you delete this user, DSTNC’s access ends at once: it can neither read your products nor place orders, until it gets another user. To avoid that, choose another user for DSTNC first.', 'dstnc-for-woocommerce' )
		);
	}

	/** @param mixed $edited Whose profile is shown. */
	public function explainRole( $edited ): void {
		$user = $this->user();
		if ( null === $user || ! $edited instanceof \WP_User || $edited->ID !== $user->ID ) {
			return;
		}
		$this->explain(
			/* translators: %s: name of a user. */
			sprintf( __( 'DSTNC acts as %s in this shop.', 'dstnc-for-woocommerce' ), $user->display_name ),
			__( 'If this user loses the role that may manage the shop, DSTNC’s access ends at once. To avoid that, choose another user for DSTNC first.', 'dstnc-for-woocommerce' )
		);
	}

	private function explain( string $what, string $why ): void {
		printf(
			'<div class="notice notice-warning inline dstnc-user-notice"><p><strong>%1$s</strong> %2$s</p><p><a href="%3$s">%4$s</a></p></div>',
			esc_html( $what ),
			esc_html( $why ),
			esc_url( admin_url( 'admin.php?page=' . AdminPage::SLUG ) ),
			esc_html__( 'Choose another user on the DSTNC page', 'dstnc-for-woocommerce' )
		);
	}

	/** Whom DSTNC acts as; null where nobody is connected, and on a copy of the shop. */
	private function user(): ?\WP_User {
		$connection = $this->plugin->connections()->current();
		if ( null === $connection || $this->plugin->siteIdentity()->isClone() ) {
			return null;
		}
		$user = get_userdata( $connection->userId );
		return $user instanceof \WP_User ? $user : null;
	}
}
