<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Health\Checks;

use Dstnc\WooCommerce\Fields;
use Dstnc\WooCommerce\Health\Check;
use Dstnc\WooCommerce\Plugin;

defined( 'ABSPATH' ) || exit;

/** DSTNC itself. */
final class Receiver {

	private Plugin $plugin;

	private Unreachable $unreachable;

	public function __construct( Plugin $plugin, Unreachable $unreachable ) {
		$this->plugin      = $plugin;
		$this->unreachable = $unreachable;
	}

	/**
	 * Whether DSTNC answers this shop, and what it has to say about it; null where nobody is connected.
	 *
	 * @param bool $isReadable It doesn't count that DSTNC couldn't read the shop when it tried last: it could a moment ago, or the cause is known.
	 */
	public function receiver( bool $isReadable = false ): ?Check {
		if ( null === $this->plugin->connections()->current() || $this->plugin->siteIdentity()->isClone() ) {
			return null;
		}
		$why     = __( 'Your shop tells DSTNC what changes, and asks it what has arrived.', 'dstnc-for-woocommerce' );
		$answer  = $this->plugin->receiver()->store();
		$problem = $answer->problem;
		if ( null !== $problem ) {
			$isLost = in_array( $problem->code, array( 'connection_unknown', 'secrets_unreadable' ), true );
			return new Check( 'receiver', Check::PROBLEM, $problem->title, $problem->detail, $why, $problem->advice, Button::remedy( $isLost ? 'reconnect' : 'check' ), $problem->technical );
		}
		foreach ( Fields::of( $answer->body )->each( 'flags' ) as $flag ) {
			if ( ! $isReadable && 'unreadable' === $flag->text( 'kind' ) ) {
				return $this->unreachable->check( 'receiver', $flag->text( 'detail' ) );
			}
		}
		return new Check(
			'receiver',
			Check::OK,
			__( 'DSTNC answers this shop', 'dstnc-for-woocommerce' ),
			/* translators: %s: a number of seconds, as in 0.4. */
			sprintf( __( 'It took %s s.', 'dstnc-for-woocommerce' ), number_format_i18n( $answer->durationMs / 1000, 1 ) ),
			$why
		);
	}
}
