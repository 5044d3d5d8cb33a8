<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Health\Checks;

use Dstnc\WooCommerce\Health\Blockers;
use Dstnc\WooCommerce\Health\Check;
use Dstnc\WooCommerce\Health\SelfTestResult;
use Dstnc\WooCommerce\Plugin;

defined( 'ABSPATH' ) || exit;

/**
 * The filters of security plugins.
 *
 * @phpstan-import-type Blocker from Blockers
 */
final class Filters {

	private Plugin $plugin;

	private RecentChanges $changes;

	public function __construct( Plugin $plugin, RecentChanges $changes ) {
		$this->plugin  = $plugin;
		$this->changes = $changes;
	}

	/** @param SelfTestResult|null $selfTest Null where the shop was not asked. */
	public function check( ?SelfTestResult $selfTest ): Check {
		$why      = __( 'Security plugins take long or unusual addresses for attacks, and DSTNC’s are both at times.', 'dstnc-for-woocommerce' );
		$blockers = new Blockers();
		$settings = $blockers->settings();
		if ( array() !== $settings ) {
			$isBlocked = null !== $selfTest && false === $selfTest->reached();
			return new Check(
				'filters',
				$isBlocked ? Check::PROBLEM : Check::WARNING,
				__( 'A security plugin filters requests', 'dstnc-for-woocommerce' ),
				$this->detail( $settings, $isBlocked || null !== $this->plugin->incidents()->current() ),
				$why,
				$this->advice( $settings ),
				Button::link( __( 'Show me where to switch it off', 'dstnc-for-woocommerce' ), $settings[0]['url'] )
			);
		}
		$suspects = array_column( $blockers->suspects(), 'plugin' );
		return new Check(
			'filters',
			Check::OK,
			__( 'No filter is known to be in the way', 'dstnc-for-woocommerce' ),
			/* translators: %s: names of plugins. */
			array() === $suspects ? '' : sprintf( __( 'Active, and able to get in the way if set so: %s.', 'dstnc-for-woocommerce' ), implode( ', ', $suspects ) ),
			$why
		);
	}

	/**
	 * @param list<Blocker> $settings
	 * @param bool          $isTrouble Something doesn't work, so that it matters since when they are on.
	 */
	public function detail( array $settings, bool $isTrouble ): string {
		$sentences = array();
		foreach ( $settings as $one ) {
			/* translators: 1: name of a setting, 2: name of a plugin. */
			$sentences[] = sprintf( __( '“%1$s” is switched on in %2$s.', 'dstnc-for-woocommerce' ), $one['setting'], $one['plugin'] );
			$sentences[] = $isTrouble ? $this->changes->switchedOn( $one['id'] ) : '';
		}
		return implode( ' ', array_filter( $sentences ) );
	}

	/** @param non-empty-list<Blocker> $settings */
	public function advice( array $settings ): string {
		/* translators: 1: names of settings, 2: name of a plugin. */
		return sprintf( __( 'Switch “%1$s” off in the settings of %2$s, then check again.', 'dstnc-for-woocommerce' ), implode( '”, “', array_column( $settings, 'setting' ) ), $settings[0]['plugin'] );
	}
}
