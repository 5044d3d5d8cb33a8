<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Health\Checks;

use Dstnc\WooCommerce\Connection\Connection;
use Dstnc\WooCommerce\Health\Check;
use Dstnc\WooCommerce\Plugin;

defined( 'ABSPATH' ) || exit;

/** Who DSTNC is in the shop: the user that it acts as, and the key that it comes with. */
final class Access {

	private Plugin $plugin;

	public function __construct( Plugin $plugin ) {
		$this->plugin = $plugin;
	}

	public function user( Connection $connection ): Check {
		$why  = __( 'DSTNC can do in your shop what the user can that it acts as, and nothing without one.', 'dstnc-for-woocommerce' );
		$user = get_userdata( $connection->userId );
		if ( ! $user instanceof \WP_User ) {
			return new Check(
				'user',
				Check::PROBLEM,
				__( 'The user that DSTNC acted as was deleted', 'dstnc-for-woocommerce' ),
				__( 'Its access ended with the user. Since then DSTNC can neither read your products nor place orders.', 'dstnc-for-woocommerce' ),
				$why,
				__( 'Choose another user for DSTNC. Nothing else has to be set up again.', 'dstnc-for-woocommerce' ),
				Button::remedy( 'rotate', __( 'Choose another user', 'dstnc-for-woocommerce' ) ),
				"user $connection->userId"
			);
		}
		if ( ! user_can( $user, 'manage_woocommerce' ) ) {
			return new Check(
				'user',
				Check::PROBLEM,
				/* translators: %s: name of a user. */
				sprintf( __( '%s may not manage the shop any more', 'dstnc-for-woocommerce' ), $user->display_name ),
				__( 'DSTNC acts as this user, whose role was changed. Since then it can neither read your products nor place orders.', 'dstnc-for-woocommerce' ),
				$why,
				__( 'Choose another user for DSTNC, or give this one the role of shop manager again.', 'dstnc-for-woocommerce' ),
				Button::remedy( 'rotate', __( 'Choose another user', 'dstnc-for-woocommerce' ) ),
				"user $connection->userId: " . implode( ', ', $user->roles )
			);
		}
		/* translators: %s: name of a user. */
		return new Check( 'user', Check::OK, sprintf( __( 'DSTNC acts as %s', 'dstnc-for-woocommerce' ), $user->display_name ), __( 'This user may manage the shop.', 'dstnc-for-woocommerce' ), $why );
	}

	public function key( Connection $connection ): Check {
		$why = __( 'A key of WooCommerce is DSTNC’s way into your shop.', 'dstnc-for-woocommerce' );
		$key = $this->plugin->apiKeys()->find( $connection->keyHash );
		if ( null === $key ) {
			return new Check(
				'key',
				Check::PROBLEM,
				__( 'DSTNC has no access to this shop any more', 'dstnc-for-woocommerce' ),
				__( 'Its key was revoked: under WooCommerce > Settings > Advanced > REST API, or because its user was deleted.', 'dstnc-for-woocommerce' ),
				$why,
				__( 'Give DSTNC a new key. Nothing else has to be set up again.', 'dstnc-for-woocommerce' ),
				Button::remedy( 'repair', __( 'Give DSTNC a new key', 'dstnc-for-woocommerce' ) ),
				"key $connection->keyId"
			);
		}
		if ( 'read_write' !== $key['permissions'] ) {
			return new Check(
				'key',
				Check::PROBLEM,
				__( 'DSTNC may not do all that it needs to', 'dstnc-for-woocommerce' ),
				__( 'Its key was changed under WooCommerce > Settings > Advanced > REST API and does not allow both reading and writing any more.', 'dstnc-for-woocommerce' ),
				$why,
				__( 'Give DSTNC a new key. Nothing else has to be set up again.', 'dstnc-for-woocommerce' ),
				Button::remedy( 'repair', __( 'Give DSTNC a new key', 'dstnc-for-woocommerce' ) ),
				"key $connection->keyId: {$key['permissions']}"
			);
		}
		if ( array() !== $connection->pendingKeys ) {
			return new Check(
				'key',
				Check::WARNING,
				__( 'It is not certain which key DSTNC uses', 'dstnc-for-woocommerce' ),
				__( 'Its key was being renewed when the call was cut off. Until that is settled the old key and the new one both work.', 'dstnc-for-woocommerce' ),
				$why,
				__( 'Your shop tries again by itself in some minutes. You can also do it now: give DSTNC a new key, and all others are revoked.', 'dstnc-for-woocommerce' ),
				Button::remedy( 'repair', __( 'Give DSTNC a new key', 'dstnc-for-woocommerce' ) ),
				'…' . $key['truncated']
			);
		}
		$used = $key['lastAccess'];
		return new Check(
			'key',
			Check::OK,
			__( 'DSTNC has access to this shop', 'dstnc-for-woocommerce' ),
			/* translators: %s: a length of time, as in "5 minutes". */
			null === $used ? __( 'It has not been used yet.', 'dstnc-for-woocommerce' ) : sprintf( __( 'It was used %s ago.', 'dstnc-for-woocommerce' ), human_time_diff( $used ) ),
			$why,
			'',
			null,
			'…' . $key['truncated']
		);
	}
}
