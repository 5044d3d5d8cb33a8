<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Health;

use Dstnc\WooCommerce\Plugin;

defined( 'ABSPATH' ) || exit;

/** The troubleshooter: everything that is known to come between a shop and DSTNC, looked at one by one. Here is the order. */
final class Checks {

	/** Transient: the last thorough report, as the page shows it. It is dropped when a trouble begins or ends. */
	public const KEPT = 'dstnc_checks';

	private Plugin $plugin;

	private Checks\Access $access;

	private Checks\Address $address;

	private Checks\BackgroundWork $background;

	private Checks\RecentChanges $changes;

	private Checks\Delivery $delivery;

	private Checks\Filters $filters;

	private Checks\Languages $languages;

	private Checks\Outside $outside;

	private Checks\Receiver $receiver;

	private Checks\RestApi $restApi;

	private Checks\Versions $versions;

	public function __construct( Plugin $plugin ) {
		$this->plugin     = $plugin;
		$this->access     = new Checks\Access( $plugin );
		$this->address    = new Checks\Address( $plugin );
		$this->background = new Checks\BackgroundWork();
		$this->changes    = new Checks\RecentChanges( $plugin );
		$this->delivery   = new Checks\Delivery( $plugin );
		$this->filters    = new Checks\Filters( $plugin, $this->changes );
		$this->languages  = new Checks\Languages( $plugin );
		$this->outside    = new Checks\Outside( $plugin );
		$unreachable      = new Checks\Unreachable( $plugin, $this->filters, $this->changes );
		$this->receiver   = new Checks\Receiver( $plugin, $unreachable );
		$this->restApi    = new Checks\RestApi( $this->changes, $unreachable );
		$this->versions   = new Checks\Versions();
	}

	/**
	 * @param bool $outsideIn Also asks over the network: the shop itself, and DSTNC, which looks at the shop from outside. Takes seconds.
	 * @return list<Check> What matters most first.
	 */
	public function run( bool $outsideIn ): array {
		$selfTest = $outsideIn ? $this->selfTest() : null;
		$access   = $this->access();
		$outside  = array();
		$way      = array();
		if ( null !== $selfTest ) {
			$outside     = $this->outside->seen();
			$isExplained = Checks\Outside::gotIn( $outside ) || self::isBroken( $access, array( 'user', 'key' ) );
			$way         = array( $this->restApi( $selfTest ), $this->restApi->authorization( $selfTest ), $this->receiver( $isExplained ) );
		}
		$delivery = $this->delivery();
		if ( self::isBroken( $access, array( 'user' ) ) ) {
			// They are sent in the user's name, and are put right when there is another.
			$delivery = array_filter( $delivery, static fn( Check $check ) => 'notifications' !== $check->id );
		}
		$rest      = array_merge( $delivery, $this->surroundings( $selfTest ) );
		$own       = array_filter( array_merge( $access, $way, $rest ) );
		$checks    = array_filter( array_merge( $access, $way, Checks\Outside::withoutTwins( $outside, $own ), $rest ) );
		$isTrouble = null !== $this->plugin->incidents()->current() || self::isBroken( $checks );
		$checks[]  = $this->changes->check( $isTrouble );
		return array_values( array_filter( $checks ) );
	}

	/**
	 * Whether the shop lets DSTNC in, as far as it knows by itself.
	 *
	 * @return list<Check> Empty where nobody is connected.
	 */
	public function access(): array {
		$connection = $this->plugin->connections()->current();
		if ( null === $connection ) {
			return array();
		}
		$user   = $this->access->user( $connection );
		$checks = array( $this->address->copy(), $this->changeLog(), $user );
		// Without its user a key is worth nothing: one cause, and one thing to do.
		return Check::PROBLEM === $user->status ? $checks : array_merge( $checks, array( $this->access->key( $connection ) ) );
	}

	/**
	 * Whether the shop's news get to DSTNC, as far as it knows by itself.
	 *
	 * @return list<Check> Empty where nobody is connected.
	 */
	public function delivery(): array {
		if ( null === $this->plugin->connections()->current() ) {
			return array();
		}
		// A copy of the shop tells nobody anything, and that is as it should be.
		return $this->plugin->siteIdentity()->isClone() ? array( $this->delivery->notifications() ) : array( $this->delivery->notifications(), $this->delivery->waiting() );
	}

	/**
	 * WordPress, its plugins and its server.
	 *
	 * @return list<Check|null>
	 */
	private function surroundings( ?SelfTestResult $selfTest ): array {
		return array(
			$this->filters->check( $selfTest ),
			$this->address->https( $selfTest ),
			$this->address->permalinks(),
			$this->background->cron(),
			$this->background->queue(),
			$this->languages->languages(),
			$this->versions->woocommerce(),
			$this->versions->legacyApi(),
			$this->versions->versions(),
		);
	}

	public function selfTest(): SelfTestResult {
		$connection = $this->plugin->connections()->current();
		return ( new SelfTest() )->run( null === $connection ? get_current_user_id() : $connection->userId );
	}

	/** See {@see Checks\RestApi::restApi()}. */
	public function restApi( SelfTestResult $result ): Check {
		return $this->restApi->restApi( $result );
	}

	/** See {@see Checks\Receiver::receiver()}. */
	public function receiver( bool $isReadable = false ): ?Check {
		return $this->receiver->receiver( $isReadable );
	}

	/** See {@see Checks\Delivery::changeLog()}. */
	public function changeLog(): Check {
		return $this->delivery->changeLog();
	}

	/**
	 * @param array<int, Check> $checks
	 * @param list<string>|null $ids    Those that are asked for; null: any.
	 */
	private static function isBroken( array $checks, ?array $ids = null ): bool {
		foreach ( $checks as $check ) {
			if ( Check::PROBLEM === $check->status && ( null === $ids || in_array( $check->id, $ids, true ) ) ) {
				return true;
			}
		}
		return false;
	}
}
