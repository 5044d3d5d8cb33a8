<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Connection;

use Dstnc\WooCommerce\Fields;
use Dstnc\WooCommerce\Health\Check;
use Dstnc\WooCommerce\Install\Traces;
use Dstnc\WooCommerce\Plugin;
use Dstnc\WooCommerce\Problem;

defined( 'ABSPATH' ) || exit;

/**
 * Connects this shop, step by step, and everything that happens to a connection later: renewed, repaired, moved, ended.
 *
 * Each step is a request of its own, so that the page can show it as it happens. Whatever step fails, and wherever a request dies,
 * everything that was made is undone: by the step itself, or by the next visitor of the page or the health job ({@see sweep()}).
 */
final class Connector {

	/** As long as most steps take. */
	private const STEP_SECONDS = 5;

	private Plugin $plugin;

	public function __construct( Plugin $plugin ) {
		$this->plugin = $plugin;
	}

	/** What is going on; null: nothing. */
	public function attempt(): ?Attempt {
		$this->sweep();
		return Attempt::load();
	}

	/**
	 * Begins to connect.
	 *
	 * @param string $code   As it was pasted.
	 * @param int    $userId As whom DSTNC is to act.
	 * @return Attempt|Problem
	 */
	public function begin( string $code, int $userId ) {
		$parsed = ConnectionCode::parse( $code );
		if ( $parsed instanceof Problem ) {
			return $parsed;
		}
		$identity = $this->plugin->siteIdentity();
		if ( $identity->isClone() ) {
			return Problems::isClone( $identity->homes()['stored'] );
		}
		if ( ! $this->plugin->apiKeys()->isEligible( $userId ) || ! $this->plugin->apiKeys()->mayHandOut( $userId ) ) {
			return self::userNotAble();
		}
		$lock = new Lock( 'connect' );
		if ( ! $lock->take() ) {
			return self::busy( Attempt::load() );
		}
		try {
			$earlier = Attempt::load();
			if ( null !== $earlier ) {
				if ( ! $earlier->isOld() && get_current_user_id() !== $earlier->startedBy ) {
					return self::busy( $earlier );
				}
				$this->clear( $earlier );
			}
			return Attempt::start( $parsed, get_current_user_id(), $userId, $this->plugin->apiKeys()->newConsumerKey() );
		} finally {
			$lock->release();
		}
	}

	/**
	 * Does the next step of an attempt. Two requests at once do it once.
	 *
	 * @return Attempt|Problem
	 */
	public function next( string $id ) {
		$lock  = new Lock( 'connect' );
		$taken = $lock->take();
		try {
			$attempt = Attempt::load();
			if ( null === $attempt || $attempt->id !== $id ) {
				return self::gone();
			}
			if ( get_current_user_id() !== $attempt->startedBy ) {
				return self::busy( $attempt );
			}
			if ( $taken ) {
				$this->step( $attempt );
			}
			return $attempt;
		} finally {
			if ( $taken ) {
				$lock->release();
			}
		}
	}

	/** Ends an attempt and undoes what it made. */
	public function giveUp( string $id ): ?Problem {
		$lock = new Lock( 'connect' );
		if ( ! $lock->take() ) {
			return self::busy( Attempt::load() );
		}
		$attempt = Attempt::load();
		if ( null !== $attempt && $attempt->id === $id ) {
			$this->clear( $attempt );
		}
		$lock->release();
		return null;
	}

	/** The plugin is being switched off: nobody can go on with an attempt. Waits a moment for a step that is being done. */
	public function abandon(): void {
		$lock    = new Lock( 'connect' );
		$taken   = null !== Attempt::load() && $lock->take( self::STEP_SECONDS );
		$attempt = $taken ? Attempt::load() : null;
		if ( null !== $attempt ) {
			$this->clear( $attempt );
		}
		if ( $taken ) {
			$lock->release();
		}
	}

	/** Undoes an attempt that nobody goes on with: the browser was closed, or the server stopped in the middle. */
	public function sweep(): void {
		$attempt = Attempt::load();
		if ( null === $attempt || ! $attempt->isOld() ) {
			return;
		}
		$lock = new Lock( 'connect' );
		if ( ! $lock->take() ) {
			return;
		}
		$attempt = Attempt::load();
		if ( null !== $attempt && $attempt->isOld() ) {
			$this->clear( $attempt );
		}
		$lock->release();
	}

	/**
	 * Gives DSTNC a new key, and revokes the old one only when the new one works there.
	 *
	 * @param int|null $userId As whom DSTNC is to act from now on; null: as before, or, if that user can't any more, as one who can.
	 */
	public function rotate( ?int $userId = null ): ?Problem {
		return $this->alone(
			function () use ( $userId ): ?Problem {
				$connection = $this->plugin->connections()->current();
				$identity   = $this->plugin->siteIdentity();
				if ( null === $connection ) {
					return Problems::notConnected();
				}
				if ( $identity->isClone() ) {
					return Problems::isClone( $identity->homes()['stored'] );
				}
				if ( null !== $userId && ! $this->plugin->apiKeys()->mayHandOut( $userId ) ) {
					return self::userNotAble();
				}
				return $this->replaceKey( $connection, $userId ?? $this->successor( $connection->userId ) );
			}
		);
	}

	/** Makes the connection whole: webhooks as they have to be, one key that works and that DSTNC is known to have, and it calls the right address. */
	public function repair(): ?Problem {
		$identity   = $this->plugin->siteIdentity();
		$connection = $this->plugin->connections()->current();
		if ( null === $connection ) {
			return Problems::notConnected();
		}
		if ( $identity->isClone() ) {
			return Problems::isClone( $identity->homes()['stored'] );
		}
		$tables = $this->plugin->changeLog()->installTables();
		if ( null !== $tables ) {
			return $tables;
		}
		if ( $this->plugin->webhooks()->repair() ) {
			$this->plugin->activity()->note( 'good', __( 'The notifications to DSTNC were repaired.', 'dstnc-for-woocommerce' ) );
		}
		$isFine = $this->plugin->apiKeys()->works( $connection->keyHash ) && array() === $connection->pendingKeys && ! $identity->restMoved();
		return $isFine ? null : $this->rotate();
	}

	/**
	 * This copy is the live shop from now on; DSTNC is told its address, and proves it by calling. Where it isn't known whether DSTNC
	 * agreed, this stays a copy, and can be tried again.
	 */
	public function becomeLive(): ?Problem {
		return $this->alone(
			function (): ?Problem {
				$connection = $this->plugin->connections()->current();
				$identity   = $this->plugin->siteIdentity();
				if ( null === $connection ) {
					$identity->remember();
					return null;
				}
				if ( null === $this->plugin->connections()->storeToken() ) {
					$problem = Problems::movedAndLocked( $identity->homes() );
					$this->forget();
					return $problem;
				}
				$identity->beginMove();
				$problem = $this->replaceKey( $connection, $this->successor( $connection->userId ) );
				if ( null === $problem ) {
					$this->plugin->activity()->note( 'good', __( 'This is the live shop now: DSTNC has its new address.', 'dstnc-for-woocommerce' ) );
				} elseif ( $connection->pendingKeys === $this->pendingKeys() ) {
					$identity->cancelMove();
				}
				return $problem;
			}
		);
	}

	/**
	 * Ends the connection. This shop forgets it in any case; DSTNC is told, unless this is a copy.
	 *
	 * @return array{told: bool, problem: Problem|null} `told`: DSTNC knows, and withdraws the listings.
	 */
	public function disconnect(): array {
		$told    = false;
		$problem = $this->alone(
			function () use ( &$told ): ?Problem {
				$answer = $this->plugin->receiver()->disconnect();
				// Whoever doesn't know us any more needn't be told.
				$told = $answer->ok || in_array( $answer->status, array( 401, 404, 410 ), true );
				$this->forget();
				return $told ? null : $answer->problem;
			}
		);
		return array(
			'told'    => $told,
			'problem' => $problem,
		);
	}

	/** Removes everything that belongs to the connection from this shop. Nobody is called. */
	public function forget(): void {
		$attempt = Attempt::load();
		if ( null !== $attempt ) {
			$this->rollBack( $attempt );
			$attempt->delete();
		}
		$connection = $this->plugin->connections()->current();
		if ( null !== $connection ) {
			array_map( array( $this->plugin->apiKeys(), 'revoke' ), $connection->keys() );
		}
		$this->plugin->webhooks()->remove();
		$this->plugin->changeLog()->dropTables();
		$this->plugin->connections()->forget();
		$traces = new Traces();
		$traces->removeActions( null === $connection ? array() : $connection->webhookIds, 'in-progress' );
		$traces->removeOptions( array( ApiKeys::BY_HAND ) );
	}

	// Steps.

	private function step( Attempt $attempt ): void {
		$step = $attempt->next();
		if ( null === $step ) {
			return;
		}
		// With the lock in hand, a running step is one whose request died. What it did nobody knows.
		if ( $attempt->isOld() || ( $attempt->isRunning( $step ) && Attempt::CATALOGUE !== $step ) ) {
			$this->fail( $attempt, $step, self::interrupted() );
			return;
		}
		$attempt->set( $step, 'running' );
		$attempt->save();
		try {
			$result = $this->perform( $step, $attempt );
		} catch ( \Throwable $error ) {
			$result = self::unexpected( $error );
		}
		if ( $result instanceof Problem ) {
			$this->fail( $attempt, $step, $result );
			return;
		}
		$attempt->set( $step, 'done', $result );
		if ( $attempt->isFinished() ) {
			$attempt->delete();
		} else {
			$attempt->save();
		}
	}

	/** @return string|Problem What was done, in a few words. */
	private function perform( string $step, Attempt $attempt ) {
		switch ( $step ) {
			case Attempt::CHECKS:
				return $this->check( $attempt );
			case Attempt::ACCESS:
				return $this->giveAccess( $attempt );
			case Attempt::NOTIFICATIONS:
				return $this->prepareNotifications( $attempt );
			case Attempt::REACH:
				return $this->reach( $attempt );
			default:
				return $this->startCatalogue();
		}
	}

	/** @return string|Problem */
	private function check( Attempt $attempt ) {
		$problem = $this->plugin->requirements()->problem();
		if ( null !== $problem ) {
			return $problem;
		}
		$attempt->madeTables = ! $this->plugin->changeLog()->ready();
		$attempt->save();
		$problem = $this->plugin->changeLog()->installTables();
		if ( null !== $problem ) {
			return $problem;
		}
		$restApi = $this->plugin->checks()->restApi( $this->plugin->checks()->selfTest() );
		if ( Check::PROBLEM === $restApi->status ) {
			return $restApi->problem();
		}
		$isHttps = 0 === stripos( $this->plugin->siteIdentity()->homes()['current'], 'https:' );
		return implode(
			', ',
			array(
				'WooCommerce ' . WC_VERSION,
				'' === get_option( 'permalink_structure' ) ? __( 'plain permalinks', 'dstnc-for-woocommerce' ) : __( 'permalinks', 'dstnc-for-woocommerce' ),
				$isHttps ? 'HTTPS' : __( 'no HTTPS', 'dstnc-for-woocommerce' ),
				'REST API',
			)
		);
	}

	/** @return string|Problem */
	private function giveAccess( Attempt $attempt ) {
		$user = get_userdata( $attempt->userId );
		if ( false === $user || ! $this->plugin->apiKeys()->isEligible( $attempt->userId ) ) {
			return self::userNotAble();
		}
		$key            = $this->plugin->apiKeys()->create( $attempt->userId, self::keyDescription(), $attempt->consumerKey );
		$attempt->keyId = $key['keyId'];
		if ( 0 === $attempt->keyId ) {
			return self::databaseRefused();
		}
		/* translators: %s: name of a user. */
		return sprintf( __( 'read and write, as %s', 'dstnc-for-woocommerce' ), $user->display_name );
	}

	private function prepareNotifications( Attempt $attempt ): string {
		// DSTNC names the true address when it agrees; until then they are paused and go nowhere.
		$attempt->webhookIds = $this->plugin->webhooks()->create( $attempt->receiverUrl, $attempt->webhookSecret, $attempt->userId, 'paused' );
		return implode( ', ', array_map( array( Webhooks::class, 'label' ), Webhooks::TOPICS ) );
	}

	/** @return string|Problem */
	private function reach( Attempt $attempt ) {
		$secret = $this->plugin->apiKeys()->secret( $attempt->keyHash );
		if ( null === $secret ) {
			return self::interrupted();
		}
		$answer = $this->plugin->receiver()->connect(
			$attempt->receiverUrl,
			array(
				'contractVersion' => Connection::CONTRACT_VERSION,
				'code'            => $attempt->code,
				'store'           => $this->whereabouts(),
				'credentials'     => array(
					'consumerKey'    => $attempt->consumerKey,
					'consumerSecret' => $secret,
				),
				'webhookSecret'   => $attempt->webhookSecret,
			)
		);
		if ( null !== $answer->problem ) {
			return $answer->problem;
		}
		$body  = Fields::of( $answer->body );
		$token = $body->text( 'storeToken' );
		$store = $body->text( 'storeId' );
		if ( '' === $store || '' === $token || ! self::isAddress( $body->text( 'webhookUrl' ) ) ) {
			return Problems::answerNotUnderstood( "POST $attempt->receiverUrl/v1/connections: $answer->status" );
		}
		if ( $body->number( 'contractVersion' ) < Connection::CONTRACT_VERSION ) {
			$this->plugin->receiver()->takeBack( $attempt->receiverUrl, $store, $token );
			return Problems::contractTooNew( sprintf( 'plugin %d, DSTNC %d', Connection::CONTRACT_VERSION, $body->number( 'contractVersion' ) ) );
		}
		$this->keep( $attempt, $body, $token );
		/* translators: %s: seconds, as in 0.4. */
		return sprintf( __( 'answered in %s s', 'dstnc-for-woocommerce' ), number_format_i18n( max( 0.1, $answer->durationMs / 1000 ), 1 ) );
	}

	/** DSTNC has agreed: from here on this shop is connected, whatever else happens. */
	private function keep( Attempt $attempt, Fields $answer, string $token ): void {
		$store      = $this->plugin->connections();
		$before     = $store->current();
		$oldToken   = $store->storeToken();
		$connection = Connection::fromArray(
			array(
				'storeId'         => $answer->text( 'storeId' ),
				'vendor'          => $answer->text( 'vendor', $attempt->vendor ),
				'receiverUrl'     => $attempt->receiverUrl,
				'webhookUrl'      => $answer->text( 'webhookUrl' ),
				'contractVersion' => $answer->number( 'contractVersion' ),
				'connectedAt'     => time(),
				'userId'          => $attempt->userId,
				'keyId'           => $attempt->keyId,
				'keyHash'         => $attempt->keyHash,
				'webhookIds'      => $attempt->webhookIds,
			)
		);
		$store->save(
			$connection,
			array(
				'storeToken'    => $token,
				'webhookSecret' => $attempt->webhookSecret,
			)
		);
		if ( null !== $before ) {
			array_map( array( $this->plugin->apiKeys(), 'revoke' ), array_diff( $before->keys(), array( $connection->keyHash ) ) );
		}
		$this->plugin->siteIdentity()->remember();
		// Switches them on at their true address, and does away with those of an earlier connection.
		$this->plugin->webhooks()->repair();
		if ( null !== $before && null !== $oldToken && ( $before->receiverUrl !== $connection->receiverUrl || $before->storeId !== $connection->storeId ) ) {
			$this->plugin->receiver()->takeBack( $before->receiverUrl, $before->storeId, $oldToken );
		}
		/* translators: %s: DSTNC's name for the vendor. */
		$this->plugin->activity()->note( 'good', sprintf( __( 'Connected to DSTNC as %s.', 'dstnc-for-woocommerce' ), $connection->vendor ) );
		do_action( 'dstnc_connected' );
	}

	/** The import runs at DSTNC, and its progress is shown on the page: here it is only seen to begin. */
	private function startCatalogue(): string {
		$answer = $this->plugin->receiver()->store();
		$total  = Fields::of( $answer->body )->fields( 'import' )->number( 'total' );
		return $total > 0
			/* translators: %s: number of products. */
			? sprintf( _n( '%s product', '%s products', $total, 'dstnc-for-woocommerce' ), number_format_i18n( $total ) )
			: __( 'DSTNC fetches your products now', 'dstnc-for-woocommerce' );
	}

	private function fail( Attempt $attempt, string $step, Problem $problem ): void {
		$this->clear( $attempt );
		// The page gets it once more, with what went wrong; the shop keeps nothing of it.
		$attempt->set( $step, 'failed', '', $problem );
	}

	/** Undoes an attempt and forgets it. */
	private function clear( Attempt $attempt ): void {
		$this->rollBack( $attempt );
		$attempt->delete();
	}

	/** Undoes what an attempt made; what became the connection stays. */
	private function rollBack( Attempt $attempt ): void {
		$connection = $this->plugin->connections()->current();
		if ( null !== $connection && $connection->keyHash === $attempt->keyHash ) {
			return;
		}
		$this->plugin->apiKeys()->revoke( $attempt->keyHash );
		$this->plugin->webhooks()->remove( null === $connection ? array() : $connection->webhookIds );
		if ( $attempt->madeTables && null === $connection ) {
			$this->plugin->changeLog()->dropTables();
		}
		$attempt->keyId       = 0;
		$attempt->keyHash     = '';
		$attempt->consumerKey = '';
		$attempt->webhookIds  = array();
	}

	// Keys.

	/**
	 * DSTNC is told the shop's addresses each time; those that it knows already are none of its business.
	 *
	 * The new key is noted before it is made. So wherever this ends, it is known which keys DSTNC may have: all of them work until one of
	 * them, or the next one, is seen to have arrived.
	 */
	private function replaceKey( Connection $connection, int $userId ): ?Problem {
		$keys  = $this->plugin->apiKeys();
		$store = $this->plugin->connections();
		if ( ! $keys->isEligible( $userId ) ) {
			return self::userNotAble();
		}
		$consumerKey = $keys->newConsumerKey();
		$hash        = ApiKeys::hash( $consumerKey );
		$store->save( $connection->withPendingKey( $hash ) );
		$key = $keys->create( $userId, self::keyDescription(), $consumerKey );
		if ( 0 === $key['keyId'] ) {
			$refused = self::databaseRefused();
			$this->dropKey( $hash );
			return $refused;
		}
		$answer = $this->plugin->receiver()->replaceCredentials(
			array(
				'consumerKey'    => $consumerKey,
				'consumerSecret' => $key['consumerSecret'],
				'store'          => $this->whereabouts(),
			)
		);
		if ( null !== $answer->problem ) {
			$made = $keys->find( $hash );
			// DSTNC tries a key before it takes it.
			if ( self::isRefusal( $answer ) || null === $made || null === $made['lastAccess'] ) {
				$this->dropKey( $hash );
				return $answer->problem;
			}
			$problem = Problems::renewalInDoubt( $answer->problem->technical );
			$this->plugin->activity()->note( 'bad', $problem->title );
			return $problem;
		}
		$now = $store->fresh();
		if ( null === $now ) {
			$keys->revoke( $hash );
			return Problems::notConnected();
		}
		array_map( array( $keys, 'revoke' ), array_diff( $now->keys(), array( $hash ) ) );
		$this->plugin->siteIdentity()->remember();
		$store->save( $now->withKey( $key['keyId'], $hash, $userId ) );
		$this->plugin->webhooks()->repair();
		$user = get_userdata( $userId );
		/* translators: %s: name of a user. */
		$this->plugin->activity()->note( 'good', sprintf( __( 'The access for DSTNC was renewed. It acts as %s.', 'dstnc-for-woocommerce' ), false === $user ? '' : $user->display_name ) );
		return null;
	}

	/** Whether DSTNC itself said no. All else may have come from something in between, or from a DSTNC that failed after it had agreed. */
	private static function isRefusal( ReceiverAnswer $answer ): bool {
		return array() !== $answer->body && null !== $answer->problem
			&& ( ( $answer->status >= 400 && $answer->status < 500 ) || 'callback_failed' === $answer->problem->code );
	}

	/** A key that DSTNC surely doesn't have. */
	private function dropKey( string $hash ): void {
		$this->plugin->apiKeys()->revoke( $hash );
		$connection = $this->plugin->connections()->fresh();
		if ( null !== $connection ) {
			$this->plugin->connections()->save( $connection->withoutPendingKey( $hash ) );
		}
	}

	/** @return list<string> As they are noted now. */
	private function pendingKeys(): array {
		$connection = $this->plugin->connections()->current();
		return null === $connection ? array() : $connection->pendingKeys;
	}

	/** Who takes over where the key's user can't any more: who asks, or the first whose key they may hand out; 0: nobody. */
	private function successor( int $userId ): int {
		if ( $this->plugin->apiKeys()->isEligible( $userId ) ) {
			return $userId;
		}
		$users = $this->plugin->apiKeys()->eligibleUsers();
		return $users[0]['id'] ?? 0;
	}

	/** @return array{url: string, restUrl: string, plugin: string, woocommerce: string, wordpress: string} */
	private function whereabouts(): array {
		return array(
			'url'         => $this->plugin->siteIdentity()->homes()['current'],
			'restUrl'     => $this->plugin->siteIdentity()->restUrl(),
			'plugin'      => DSTNC_PLUGIN_VERSION,
			'woocommerce' => WC_VERSION,
			'wordpress'   => get_bloginfo( 'version' ),
		);
	}

	/**
	 * @param callable(): (Problem|null) $do
	 */
	private function alone( callable $do ): ?Problem {
		$lock = new Lock( 'connect' );
		if ( ! $lock->take() ) {
			return self::busy( Attempt::load() );
		}
		try {
			// What this process has read before it had the lock may be of yesterday.
			$this->plugin->connections()->fresh();
			return $do();
		} finally {
			$lock->release();
		}
	}

	private static function isAddress( string $url ): bool {
		$scheme = wp_parse_url( $url, PHP_URL_SCHEME );
		return 'https' === $scheme || ( 'http' === $scheme && DevelopmentReceiver::isAllowed() );
	}

	private static function keyDescription(): string {
		return __( 'DSTNC for WooCommerce', 'dstnc-for-woocommerce' );
	}

	// What can go wrong here.

	private static function busy( ?Attempt $attempt ): Problem {
		$user = null === $attempt ? false : get_userdata( $attempt->startedBy );
		return new Problem(
			'busy',
			__( 'Somebody else is at it', 'dstnc-for-woocommerce' ),
			false === $user
				? __( 'The connection to DSTNC is being changed at this moment.', 'dstnc-for-woocommerce' )
				/* translators: %s: name of a user. */
				: sprintf( __( '%s is connecting this shop to DSTNC at this moment.', 'dstnc-for-woocommerce' ), $user->display_name ),
			__( 'Wait a moment, then load this page again.', 'dstnc-for-woocommerce' )
		);
	}

	private static function gone(): Problem {
		return new Problem(
			'attempt_gone',
			__( 'Connecting was ended', 'dstnc-for-woocommerce' ),
			__( 'It was given up, or it took too long. Everything was undone.', 'dstnc-for-woocommerce' ),
			__( 'Load this page again to see how things are.', 'dstnc-for-woocommerce' )
		);
	}

	private static function interrupted(): Problem {
		return new Problem(
			'interrupted',
			__( 'Connecting was interrupted', 'dstnc-for-woocommerce' ),
			__( 'This step was begun and not finished: the server stopped it, or the page was closed. Everything was undone.', 'dstnc-for-woocommerce' ),
			__( 'Connect again. If DSTNC says that the code was used, ask for a new one.', 'dstnc-for-woocommerce' )
		);
	}

	private static function unexpected( \Throwable $error ): Problem {
		return new Problem(
			'unexpected',
			__( 'Something went wrong in your shop', 'dstnc-for-woocommerce' ),
			__( 'Another plugin or the database stopped this step. Everything was undone.', 'dstnc-for-woocommerce' ),
			__( 'Try again. If it fails again, send the details below to DSTNC.', 'dstnc-for-woocommerce' ),
			get_class( $error ) . ': ' . $error->getMessage()
		);
	}

	private static function databaseRefused(): Problem {
		global $wpdb;
		return new Problem(
			'database',
			__( 'Your shop\'s database refused', 'dstnc-for-woocommerce' ),
			__( 'An API key for DSTNC could not be saved.', 'dstnc-for-woocommerce' ),
			__( 'Ask your host whether the database is full or damaged, then try again.', 'dstnc-for-woocommerce' ),
			$wpdb->last_error
		);
	}

	private static function userNotAble(): Problem {
		return new Problem(
			'user_not_able',
			__( 'This user can\'t act for DSTNC', 'dstnc-for-woocommerce' ),
			__( 'DSTNC needs a user who may manage products and orders: yourself, or an administrator or shop manager whom you may edit.', 'dstnc-for-woocommerce' ),
			__( 'Choose another user.', 'dstnc-for-woocommerce' )
		);
	}
}
