<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Health;

use Dstnc\WooCommerce\Connection\Connection;
use Dstnc\WooCommerce\Delivery\RingResult;
use Dstnc\WooCommerce\Fields;
use Dstnc\WooCommerce\Module;
use Dstnc\WooCommerce\Plugin;

defined( 'ABSPATH' ) || exit;

/**
 * Looks after a connected shop every five minutes, and when something happens that may end the connection: repairs what it can, and
 * turns what it can't repair into an incident. Does nothing while the shop isn't connected, or is a copy.
 */
final class HealthMonitor implements Module {

	public const HOOK = 'dstnc_health';

	private const GROUP    = 'dstnc';
	private const INTERVAL = 5 * MINUTE_IN_SECONDS;

	/** Repairs so far and when the next one may be tried. */
	private const REPAIRS = 'dstnc_repairs';

	/** The same of telling DSTNC a new address. */
	private const MOVES = 'dstnc_moves';

	/** The same of renewals of the key that were cut off. */
	private const RENEWALS = 'dstnc_renewals';

	/** A look was asked for and will come. */
	private const SOON = 'dstnc_look_soon';

	/** What doesn't last, or doesn't succeed, is tried less and less often: the pause between repairs doubles up to this, and is forgotten after twice as long. */
	private const LONGEST_PAUSE = DAY_IN_SECONDS;

	/** Problems that are no hiccup: nobody has to look twice. */
	private const CERTAIN = array( 'change_log', 'user', 'key' );

	/** Problems that a vendor is told of. What else the troubleshooter finds is an explanation at most. */
	private const TOLD = array( 'change_log', 'user', 'key', 'rest_api', 'receiver', 'notifications', 'waiting' );

	private Plugin $plugin;

	public function __construct( Plugin $plugin ) {
		$this->plugin = $plugin;
	}

	public function register(): void {
		SelfTest::listen();
		// Before those who need what it repairs.
		add_action( self::HOOK, array( $this, 'look' ), 5, 0 );
		// Connected and disconnected, by whomever.
		add_action( 'add_option_dstnc_connection', array( $this, 'start' ), 10, 0 );
		add_action( 'update_option_dstnc_connection', array( $this, 'onChanged' ), 10, 0 );
		add_action( 'delete_option_dstnc_connection', array( $this, 'stop' ), 10, 0 );
		add_action( 'dstnc_rung', array( $this, 'onRung' ) );
		add_action( 'woocommerce_webhook_disabled_due_delivery_failures', array( $this, 'onDisabled' ) );
		// After WooCommerce has deleted the user's keys.
		add_action( 'deleted_user', array( $this, 'onUser' ), 20 );
		foreach ( array( 'set_user_role', 'add_user_role', 'remove_user_role' ) as $hook ) {
			add_action( $hook, array( $this, 'onUser' ), 20 );
		}
		// What may come between the shop and DSTNC: noted when it comes.
		foreach ( array( 'activated_plugin', 'upgrader_process_complete' ) as $hook ) {
			add_action( $hook, array( $this, 'onInstalled' ), 20, 0 );
		}
		foreach ( array( 'added_option', 'updated_option', 'add_site_option', 'update_site_option' ) as $hook ) {
			add_action( $hook, array( $this, 'onOption' ) );
		}
		// As soon as the shop is connected it is known to work.
		add_action( 'dstnc_connected', array( $this->plugin->workingState(), 'record' ), 10, 0 );
		if ( is_admin() ) {
			// WooCommerce says so in the address after a key was revoked; no hook does.
			add_action( 'admin_init', array( $this, 'onAdminPage' ) );
		}
	}

	/** Begins the regular looks, unless they run. Called when the shop is connected. */
	public function start(): void {
		if ( \ActionScheduler::is_initialized() && false === as_next_scheduled_action( self::HOOK, array(), self::GROUP ) ) {
			as_schedule_recurring_action( time() + self::INTERVAL, self::INTERVAL, self::HOOK, array(), self::GROUP );
		}
	}

	/** The connection is gone: no more looks, and nothing is left to tell. */
	public function stop(): void {
		if ( \ActionScheduler::is_initialized() ) {
			foreach ( array( array(), array( 'soon' ), array( 'again' ) ) as $arguments ) {
				as_unschedule_all_actions( self::HOOK, $arguments, self::GROUP );
			}
		}
		$this->plugin->incidents()->forget();
		$this->plugin->workingState()->forget();
		delete_option( self::REPAIRS );
		delete_option( self::MOVES );
		delete_option( self::RENEWALS );
		delete_transient( self::SOON );
	}

	/** One look at everything, over the network too: repairs, raises and ends incidents. May take seconds. */
	public function look(): void {
		$connection = $this->plugin->connections()->current();
		if ( null === $connection ) {
			$this->stop();
			return;
		}
		if ( $this->plugin->siteIdentity()->isClone() ) {
			return;
		}
		$lookedAt = microtime( true );
		$this->repairChangeLog();
		$this->tellAddress( $connection );
		$this->settleKey();
		$receiver = $this->plugin->checks()->receiver();
		$this->repairNotifications( null === $receiver || Check::PROBLEM !== $receiver->status );

		// In the order of cause and effect: the vendor is told of the first.
		$checks  = $this->plugin->checks();
		$failing = $this->firstProblem( array_merge( $checks->access(), array( $this->restApi( $connection ), $receiver ), $checks->delivery() ) );
		if ( null === $failing ) {
			$this->allIsWell( $lookedAt );
		} else {
			$this->tell( $failing );
		}
		if ( $this->plugin->incidents()->isInDoubt() ) {
			$this->lookAgain();
		}
	}

	/**
	 * The troubleshooter with everything, for a vendor who asks: nothing is repaired behind the answers, but an incident that is over ends.
	 *
	 * @return list<Check>
	 */
	public function check(): array {
		$lookedAt = microtime( true );
		$checks   = $this->plugin->checks()->run( true );
		if ( null === $this->plugin->connections()->current() || $this->plugin->siteIdentity()->isClone() ) {
			return $checks;
		}
		$failing  = $this->firstProblem( $checks );
		$incident = $this->plugin->incidents()->current();
		if ( null === $failing ) {
			// Who asks is told at once that it is over.
			$this->allIsWell( $lookedAt, true );
		} elseif ( in_array( $failing->id, self::CERTAIN, true ) || ( null !== $incident && $incident->problem->code === $failing->id ) ) {
			$this->tell( $failing );
		}
		return $checks;
	}

	/** A look at what the shop knows by itself, for the moments when somebody waits: tells what is certain, and ends what is over. */
	public function glance(): void {
		if ( null === $this->plugin->connections()->current() || $this->plugin->siteIdentity()->isClone() ) {
			return;
		}
		$failing  = $this->firstProblem( $this->plugin->checks()->access() );
		$incident = $this->plugin->incidents()->current();
		if ( null !== $failing ) {
			$this->tell( $failing );
		} elseif ( null !== $incident && in_array( $incident->problem->code, self::CERTAIN, true ) ) {
			$this->plugin->incidents()->over();
		} elseif ( null !== $incident && 'notifications' === $incident->problem->code && $this->plugin->webhooks()->healthy() ) {
			$this->plugin->incidents()->over( null, true );
		}
	}

	/** The connection was given another key, user or notifications, or was made anew. */
	public function onChanged(): void {
		$this->start();
		if ( null !== $this->plugin->incidents()->current() ) {
			$this->glance();
		}
	}

	/**
	 * Notifications go out at the end of shoppers' requests: a failed one must not cost them more than a note.
	 *
	 * @param mixed $result
	 */
	public function onRung( $result ): void {
		if ( $result instanceof RingResult && ! $result->ok ) {
			$this->lookSoon();
		}
	}

	/** @param mixed $webhookId Of any webhook of WooCommerce. */
	public function onDisabled( $webhookId ): void {
		$connection = $this->plugin->connections()->current();
		if ( null !== $connection && is_numeric( $webhookId ) && in_array( (int) $webhookId, $connection->webhookIds, true ) ) {
			$this->plugin->activity()->note( 'bad', __( 'WooCommerce gave up on a notification after several failures and switched it off.', 'dstnc-for-woocommerce' ) );
			$this->lookSoon();
		}
	}

	/** @param mixed $userId Of a user who was deleted, or got another role. */
	public function onUser( $userId ): void {
		$connection = $this->plugin->connections()->current();
		if ( null === $connection || ! is_numeric( $userId ) || (int) $userId !== $connection->userId ) {
			return;
		}
		// A change of roles takes one away before it gives another: what counts is how it ends.
		add_action( 'shutdown', array( $this, 'glance' ), 5, 0 );
	}

	/** A plugin was switched on, or something was installed or updated. */
	public function onInstalled(): void {
		if ( null !== $this->plugin->connections()->current() && ! $this->plugin->siteIdentity()->isClone() ) {
			// When all that goes with it is done.
			add_action( 'shutdown', array( $this->plugin->workingState(), 'note' ), 5, 0 );
		}
	}

	/** @param mixed $name Of any option that was just changed. */
	public function onOption( $name ): void {
		if ( 'permalink_structure' === $name ) {
			if ( null !== $this->plugin->connections()->current() ) {
				$this->lookSoon();
			}
		} elseif ( in_array( $name, Blockers::OPTIONS, true ) ) {
			$this->onInstalled();
		}
	}

	public function onAdminPage(): void {
		// phpcs:disable WordPress.Security.NonceVerification -- nothing is changed by it.
		$page = isset( $_GET['page'] ) && is_string( $_GET['page'] ) ? $_GET['page'] : '';
		if ( 'wc-settings' === $page && isset( $_GET['revoked'] ) ) {
			$this->glance();
		}
		// phpcs:enable
		if ( 'dstnc' === $page && null !== $this->plugin->connections()->current() ) {
			$this->start();
		}
	}

	/** As the very next task of WooCommerce's queue; once, however often it is asked for. */
	private function lookSoon(): void {
		if ( ! \ActionScheduler::is_initialized() || false !== get_transient( self::SOON ) ) {
			return;
		}
		set_transient( self::SOON, 1, MINUTE_IN_SECONDS );
		// Another argument, for the regular one must not be taken for this, nor this for it.
		as_enqueue_async_action( self::HOOK, array( 'soon' ), self::GROUP );
	}

	/** When it can confirm this look, for which the regular one may come a little early; once. */
	private function lookAgain(): void {
		$job = array(
			'hook'  => self::HOOK,
			'args'  => array( 'again' ),
			'group' => self::GROUP,
		);
		// Not as_next_scheduled_action(), for which the one that runs just now counts, too.
		if ( \ActionScheduler::is_initialized() && array() === as_get_scheduled_actions( $job + array( 'status' => \ActionScheduler_Store::STATUS_PENDING ), 'ids' ) ) {
			as_schedule_single_action( time() + Incidents::CONFIRM_SECONDS, self::HOOK, $job['args'], self::GROUP );
		}
	}

	/** What the shop sees when it asks itself; null where DSTNC got in all the same, which is what counts. */
	private function restApi( Connection $connection ): ?Check {
		$check = $this->plugin->checks()->restApi( $this->plugin->checks()->selfTest() );
		$since = $this->plugin->incidents()->failingSince( $check->id );
		$key   = $this->plugin->apiKeys()->find( $connection->keyHash );
		return null !== $since && null !== $key && null !== $key['lastAccess'] && $key['lastAccess'] > $since ? null : $check;
	}

	/**
	 * @param float $lookedAt  Unix time when the look began.
	 * @param bool  $isCertain See {@see Incidents::over()}.
	 */
	private function allIsWell( float $lookedAt, bool $isCertain = false ): void {
		$this->plugin->incidents()->over( $lookedAt, $isCertain );
		$this->plugin->workingState()->record();
	}

	/** @param list<Check|null> $checks In the order of cause and effect. */
	private function firstProblem( array $checks ): ?Check {
		foreach ( $checks as $check ) {
			if ( null !== $check && Check::PROBLEM === $check->status && in_array( $check->id, self::TOLD, true ) ) {
				return $check;
			}
		}
		return null;
	}

	private function tell( Check $check ): void {
		$connection = $this->plugin->connections()->current();
		// A look takes seconds: what was wrong with a key that was replaced meanwhile, and told to be over, must not be told once more.
		if ( null === $connection || ! $this->plugin->connections()->isStill( $connection ) ) {
			return;
		}
		if ( in_array( $check->id, self::CERTAIN, true ) ) {
			$this->plugin->incidents()->raise( $check->problem(), $check->action );
		} else {
			$this->plugin->incidents()->suspect( $check->problem(), $check->action );
		}
	}

	private function repairChangeLog(): void {
		if ( Check::PROBLEM === $this->plugin->checks()->changeLog()->status && null === $this->plugin->changeLog()->installTables() ) {
			$this->plugin->activity()->note( 'info', __( 'The table in which changes are noted was missing and was made again. All products are sent to DSTNC anew.', 'dstnc-for-woocommerce' ) );
		}
	}

	/**
	 * @param bool $isReceiverThere As long as DSTNC is down, WooCommerce would only switch them off again.
	 */
	private function repairNotifications( bool $isReceiverThere ): void {
		if ( $this->plugin->webhooks()->healthy() ) {
			return;
		}
		if ( ! $isReceiverThere || ! self::mayTry( self::REPAIRS ) ) {
			return;
		}
		$off = array();
		foreach ( $this->plugin->webhooks()->state() as $one ) {
			if ( 'active' !== $one['state'] || ! $one['intact'] ) {
				$off[] = $one['label'];
			}
		}
		if ( $this->plugin->webhooks()->repair() ) {
			/* translators: %s: list of notifications, as in "Stock, Completed orders". */
			$this->plugin->activity()->note( 'good', sprintf( __( 'These notifications to DSTNC were switched off or changed, and were put right: %s.', 'dstnc-for-woocommerce' ), implode( ', ', $off ) ) );
		} else {
			$this->plugin->activity()->note( 'bad', __( 'Notifications to DSTNC are switched off and could not be switched on again.', 'dstnc-for-woocommerce' ) );
		}
	}

	/** The permalinks were switched, or the like: DSTNC is told the new address, for which a key is needed that works. */
	private function tellAddress( Connection $connection ): void {
		if ( ! $this->plugin->siteIdentity()->restMoved() || ! $this->plugin->apiKeys()->works( $connection->keyHash ) || ! self::mayTry( self::MOVES ) ) {
			return;
		}
		$problem = $this->plugin->connectionManager()->rotate();
		if ( null === $problem ) {
			$this->plugin->activity()->note( 'good', __( 'The address at which DSTNC finds your shop had changed, as it does with the permalinks. DSTNC knows the new one.', 'dstnc-for-woocommerce' ) );
		} else {
			/* translators: %s: what went wrong. */
			$this->plugin->activity()->note( 'bad', sprintf( __( 'The address at which DSTNC finds your shop has changed, as it does with the permalinks, and DSTNC could not be told the new one: %s.', 'dstnc-for-woocommerce' ), rtrim( $problem->title, '.' ) ) );
		}
	}

	/** A renewal of the key was cut off, and nobody knows which one DSTNC has: with another one it is known, and the others are revoked. */
	private function settleKey(): void {
		$connection = $this->plugin->connections()->current();
		if ( null !== $connection && array() !== $connection->pendingKeys && self::mayTry( self::RENEWALS ) ) {
			$this->plugin->connectionManager()->rotate();
		}
	}

	/**
	 * Whether something may be tried again that did not last or did not succeed; counts it as tried.
	 *
	 * @param string $option Where is kept how often it was tried and when it may be next.
	 */
	private static function mayTry( string $option ): bool {
		$tries  = Fields::of( get_option( $option ) );
		$nextAt = $tries->number( 'nextAt' );
		$count  = $nextAt < time() - 2 * self::LONGEST_PAUSE ? 0 : $tries->number( 'count' );
		if ( $nextAt > time() ) {
			return false;
		}
		update_option(
			$option,
			array(
				'count'  => $count + 1,
				'nextAt' => time() + (int) min( self::LONGEST_PAUSE, self::INTERVAL * 2 ** $count ),
			),
			false
		);
		return true;
	}
}
