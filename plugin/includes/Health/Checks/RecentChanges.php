<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Health\Checks;

use Dstnc\WooCommerce\Health\Check;
use Dstnc\WooCommerce\Health\Incidents;
use Dstnc\WooCommerce\Plugin;

defined( 'ABSPATH' ) || exit;

/** What was installed or updated since all was well. */
final class RecentChanges {

	private Plugin $plugin;

	public function __construct( Plugin $plugin ) {
		$this->plugin = $plugin;
	}

	/** @param bool $isTrouble Something doesn't work. */
	public function check( bool $isTrouble ): ?Check {
		$state = $this->plugin->workingState();
		$last  = $state->lastWorked();
		if ( null === $this->plugin->connections()->current() || null === $last ) {
			return null;
		}
		$why     = __( 'If it worked before, what changed since is the first to look at.', 'dstnc-for-woocommerce' );
		$changes = $this->sentences();
		if ( array() === $changes ) {
			/* translators: %s: date and time. */
			return new Check( 'changes', Check::OK, __( 'Nothing was installed or updated lately', 'dstnc-for-woocommerce' ), sprintf( __( 'All was well last on %s.', 'dstnc-for-woocommerce' ), Incidents::dateTime( $last ) ), $why );
		}
		return new Check(
			'changes',
			$isTrouble ? Check::WARNING : Check::OK,
			$isTrouble ? __( 'Plugins were changed since it last worked', 'dstnc-for-woocommerce' ) : __( 'Plugins were changed lately, and it still works', 'dstnc-for-woocommerce' ),
			$this->detail( $changes ),
			$why,
			$isTrouble ? __( 'Undo the last change to see whether it is the one: switch that plugin off for a moment and check again.', 'dstnc-for-woocommerce' ) : '',
			$isTrouble ? Button::page( __( 'Show plugins', 'dstnc-for-woocommerce' ), 'plugins.php' ) : null
		);
	}

	/** @return list<string> What was installed, updated or switched off lately: sentences. */
	public function sentences(): array {
		return $this->plugin->workingState()->changes( $this->troubleSince() );
	}

	/** @param list<string> $changes Sentences. */
	public function detail( array $changes ): string {
		$last = $this->plugin->workingState()->lastWorked();
		/* translators: 1: date and time, 2: sentences such as "Example 1.0 was installed." */
		return sprintf( __( 'All was well last on %1$s. Changed lately: %2$s', 'dstnc-for-woocommerce' ), Incidents::dateTime( $last ?? time() ), implode( ' ', $changes ) );
	}

	/** Since when something is there that may be the cause; empty if nobody knows. */
	public function switchedOn( string $id ): string {
		$at = $this->plugin->workingState()->switchedOnAt( $id, $this->troubleSince() );
		/* translators: 1: time, as in "9:41 am", 2: date. */
		return null === $at ? '' : sprintf( __( 'It was switched on at %1$s on %2$s; until then everything worked.', 'dstnc-for-woocommerce' ), Incidents::time( $at ), Incidents::date( $at ) );
	}

	/** Unix time. */
	private function troubleSince(): int {
		$incident = $this->plugin->incidents()->current();
		return null === $incident ? time() : $incident->since;
	}
}
