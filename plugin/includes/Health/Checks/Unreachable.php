<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Health\Checks;

use Dstnc\WooCommerce\Health\Blockers;
use Dstnc\WooCommerce\Health\Check;
use Dstnc\WooCommerce\Health\SelfTestResult;
use Dstnc\WooCommerce\Plugin;

defined( 'ABSPATH' ) || exit;

/** DSTNC can't get in: who stands in the way, as far as it can be found out. */
final class Unreachable {

	private Plugin $plugin;

	private Filters $filters;

	private RecentChanges $changes;

	public function __construct( Plugin $plugin, Filters $filters, RecentChanges $changes ) {
		$this->plugin  = $plugin;
		$this->filters = $filters;
		$this->changes = $changes;
	}

	/**
	 * @param string $id   Of the check that found it.
	 * @param string $seen What DSTNC saw, in its own words.
	 */
	public function check( string $id, string $seen, ?SelfTestResult $result = null ): Check {
		$why       = __( 'DSTNC reads your products and places its orders through the REST API of your shop.', 'dstnc-for-woocommerce' );
		$title     = __( 'DSTNC can’t reach this shop', 'dstnc-for-woocommerce' );
		$blockers  = new Blockers();
		$settings  = $blockers->settings();
		$suspects  = $blockers->suspects();
		$changes   = $this->changes->sentences();
		$technical = trim( $seen . ( null === $result ? '' : " $result->outcome $result->status $result->evidence" ) );
		$detail    = array();
		if ( null !== $result && 'password' === $result->by ) {
			return new Check(
				$id,
				Check::PROBLEM,
				$title,
				__( 'Your server asks everybody for a name and a password before WordPress is even started, as is usual for a shop that isn’t open yet.', 'dstnc-for-woocommerce' ),
				$why,
				__( 'Switch the password protection of your website off at your host, at least for “/wp-json/”.', 'dstnc-for-woocommerce' ),
				Button::remedy( 'check' ),
				$technical
			);
		}
		if ( $this->plugin->siteIdentity()->restMoved() ) {
			return new Check(
				$id,
				Check::PROBLEM,
				$title,
				__( 'The permalinks or the address of your shop were changed, and DSTNC still calls the old one.', 'dstnc-for-woocommerce' ),
				$why,
				__( 'Tell DSTNC the new address. Nothing else has to be set up again.', 'dstnc-for-woocommerce' ),
				Button::remedy( 'repair', __( 'Tell DSTNC the new address', 'dstnc-for-woocommerce' ) ),
				trim( "$technical " . rest_url() )
			);
		}
		$action = Button::remedy( 'check' );
		if ( array() !== $settings ) {
			$detail[] = $this->filters->detail( $settings, true );
			$advice   = $this->filters->advice( $settings );
			$action   = Button::link( __( 'Show me where to switch it off', 'dstnc-for-woocommerce' ), $settings[0]['url'] );
		} elseif ( null !== $result && '' !== $result->by ) {
			/* translators: %s: name of a security plugin or service. */
			$detail[] = sprintf( __( 'It looks as if %s keeps its requests out.', 'dstnc-for-woocommerce' ), $result->by );
			/* translators: %s: name of a security plugin or service. */
			$advice = sprintf( __( 'In the settings of %s, let requests to “/wp-json/wc-dstnc/” and “/wp-json/wc/” through.', 'dstnc-for-woocommerce' ), $result->by );
			foreach ( $suspects as $suspect ) {
				if ( false !== stripos( $suspect['plugin'], $result->by ) ) {
					$action = Button::link( __( 'Open its settings', 'dstnc-for-woocommerce' ), $suspect['url'] );
				}
			}
		} elseif ( array() !== $suspects ) {
			$names = implode( ', ', array_column( $suspects, 'plugin' ) );
			/* translators: %s: names of plugins. */
			$detail[] = sprintf( __( 'Something keeps its requests out. In your shop this decides about them: %s.', 'dstnc-for-woocommerce' ), $names );
			if ( 1 === count( $suspects ) ) {
				$detail[] = $this->changes->switchedOn( $suspects[0]['id'] );
			}
			/* translators: %s: names of plugins. */
			$advice = sprintf( __( 'In the settings of %s, let requests to “/wp-json/wc-dstnc/” and “/wp-json/wc/” through, or switch the plugin off to see whether it is the one.', 'dstnc-for-woocommerce' ), $names );
			$action = Button::link( __( 'Open its settings', 'dstnc-for-woocommerce' ), $suspects[0]['url'] );
		} elseif ( array() !== $changes ) {
			$detail[] = __( 'Something keeps its requests out.', 'dstnc-for-woocommerce' );
			$advice   = __( 'Undo the last change to see whether it is the one: switch that plugin off for a moment and check again.', 'dstnc-for-woocommerce' );
			$action   = Button::page( __( 'Show plugins', 'dstnc-for-woocommerce' ), 'plugins.php' );
		} else {
			$detail[] = __( 'Something keeps its requests out: a firewall at your host, or a security plugin.', 'dstnc-for-woocommerce' );
			$advice   = __( 'Ask your host to let requests to “/wp-json/” through, and tell them when it began.', 'dstnc-for-woocommerce' );
		}
		if ( array() !== $changes ) {
			$detail[] = $this->changes->detail( $changes );
		}
		return new Check( $id, Check::PROBLEM, $title, implode( ' ', array_filter( $detail ) ), $why, $advice, $action, $technical );
	}
}
