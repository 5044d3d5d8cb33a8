<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Delivery;

use Dstnc\WooCommerce\Changes\ChangeLog;
use Dstnc\WooCommerce\Changes\ChangeRow;
use Dstnc\WooCommerce\Connection\Webhooks;
use Dstnc\WooCommerce\Fields;
use Dstnc\WooCommerce\Lock;
use Dstnc\WooCommerce\Module;
use Dstnc\WooCommerce\Plugin;

defined( 'ABSPATH' ) || exit;

/**
 * Tells DSTNC at once that something changed: which groups and orders, nothing more. DSTNC then reads what it needs.
 *
 * WooCommerce's own queue needs visitors and minutes. This rings from the request that made the change, after everything else in it: when
 * the session is saved, deferred mail is sent, and the shopper's answer is out. Where the server can't send an answer before PHP ends,
 * another request of the shop to itself rings, for whose beginning this one waits; where it can't call itself, Action Scheduler does.
 *
 * A dead receiver must not eat the shop's PHP processes: 3 s a call, one process at a time, 60 s of rest after three failures.
 */
final class Doorbell implements Module {

	/** Action Scheduler's hook of a repeated ring. */
	public const HOOK = 'dstnc_ring';

	/** Action Scheduler's group of all that this plugin schedules. */
	public const GROUP = 'dstnc';

	/** Fires after each ring that called DSTNC, with its RingResult. */
	public const RUNG = 'dstnc_rung';

	/** Option: failures in a row, and until when (Unix time) the direct way rests. */
	private const FAILURES = 'dstnc_ring_failures';

	/** Option: since when (Unix time) a call of the shop to itself is awaited, or until when it is not tried. */
	private const LOOPBACK = 'dstnc_loopback';

	private const AJAX = 'dstnc_ring';

	/** Seconds that DSTNC may take to answer. */
	private const TIMEOUT = 3;

	/** Changes told in one ring. */
	private const MOST = 2000;

	/** Seconds that one process goes on ringing while there is more to tell. */
	private const LONGEST = 20;

	/** Failures in a row after which the direct way rests, and for how many seconds. */
	private const PATIENCE = 3;
	private const REST     = 60;

	/** Longest time between two repeats, in seconds. */
	private const LONGEST_PAUSE = 1800;

	/** Seconds after which a call of the shop to itself counts as lost, and for which it is then not tried. */
	private const LOOPBACK_LOST  = 10;
	private const LOOPBACK_PAUSE = 3600;

	/** Seconds for which the token of such a call is good. */
	private const TOKEN_AGE = 60;

	private Plugin $plugin;

	/** @var array<int, array{changes: ChangeRow[], arg: int}> What is being delivered, by webhook. */
	private array $sending = array();

	/** @var array<mixed>|\WP_Error|null */
	private $answer;

	public function __construct( Plugin $plugin ) {
		$this->plugin = $plugin;
	}

	public function register(): void {
		add_action( 'shutdown', array( $this, 'atTheEnd' ), PHP_INT_MAX );
		add_action( self::HOOK, array( $this, 'repeat' ) );
		add_action( 'dstnc_health', array( $this, 'repeat' ) );
		add_action( 'wp_ajax_' . self::AJAX, array( $this, 'answerLoopback' ) );
		add_action( 'wp_ajax_nopriv_' . self::AJAX, array( $this, 'answerLoopback' ) );
		add_filter( 'woocommerce_webhook_payload', array( $this, 'payload' ), PHP_INT_MAX, 4 );
		add_filter( 'woocommerce_webhook_http_args', array( $this, 'arguments' ), PHP_INT_MAX, 3 );
		add_action( 'woocommerce_webhook_delivery', array( $this, 'delivered' ), 10, 5 );
	}

	/** The request is over. Does nothing, and asks the database nothing, in one that changed nothing. */
	public function atTheEnd(): void {
		$log = $this->plugin->changeLog();
		if ( ! $log->marked() ) {
			return;
		}
		try {
			// Whatever was printed goes out first, and the visitor's next request must not wait for the session.
			$finished = $this->finishResponse();
			$log->flush();
			if ( ! $this->mayRing() ) {
				return;
			}
			if ( $finished || self::nobodyWaits() ) {
				// Not folded: a request that died left its transaction open, which nothing from here may commit.
				$log->fold( 1 ) ? $this->ring() : $this->callMyself();
			} elseif ( $this->loopbackWorks() ) {
				$this->callMyself();
			} else {
				$this->schedule( 0 );
			}
		} catch ( \Throwable $error ) {
			self::report( $error );
		} finally {
			$log->settled();
		}
	}

	/** Action Scheduler's turn: a ring that failed, or that could not be made at once. */
	public function repeat(): void {
		try {
			// Also where nobody may be told, for it folds the marks, which would pile up.
			$pending = $this->plugin->changeLog()->pending();
			if ( $pending['count'] > 0 && $this->mayRing() ) {
				$this->ring();
			}
		} catch ( \Throwable $error ) {
			self::report( $error );
		}
	}

	/**
	 * Tells DSTNC of everything that it was not told of. Only one process of the shop does so at a time; another one leaves it to the
	 * first, which looks again when it is done.
	 */
	public function ring(): RingResult {
		$deadline = microtime( true ) + self::LONGEST;
		$total    = new RingResult( true );
		do {
			$result = ( new Lock( 'ring' ) )->synchronized(
				0,
				function () use ( $deadline, &$total ): RingResult {
					do {
						$result = $this->ringOnce();
						$total  = self::sum( $total, $result );
						$more   = $result->ok && self::MOST === count( $result->sent );
					} while ( $more && microtime( true ) < $deadline );
					return $result;
				}
			);
			// Whoever came between our last look and the release of the lock relies on us.
			$again = null !== $result && $result->ok && $this->plugin->changeLog()->pending()['count'] > 0;
		} while ( $again && microtime( true ) < $deadline );

		if ( $again ) {
			$this->schedule( 0 );
		}
		return $total;
	}

	/** Rings with nothing to tell, to see whether DSTNC answers. */
	public function test(): RingResult {
		$webhook = $this->mayRing() ? ( $this->plugin->webhooks()->active()[ Webhooks::PRODUCT_CHANGED ] ?? null ) : null;
		$result  = null === $webhook ? self::nothingToRingWith() : $this->deliver( $webhook, array() );
		do_action( self::RUNG, $result );
		return $result;
	}

	/** The shop called itself, see callMyself(). Nobody waits for this answer. */
	public function answerLoopback(): void {
		// phpcs:ignore WordPress.Security.NonceVerification -- A token of its own: no user is behind this call.
		$token = isset( $_POST['token'] ) && is_string( $_POST['token'] ) ? sanitize_text_field( wp_unslash( $_POST['token'] ) ) : '';
		if ( ! $this->isMyToken( $token ) ) {
			wp_die( '', '', array( 'response' => 403 ) );
		}
		delete_option( self::LOOPBACK );
		if ( ! $this->finishResponse() ) {
			// The request that called waits for this answer, for up to a second: it gets it now, as good as PHP can by itself.
			ignore_user_abort( true );
			while ( ob_get_level() > 0 && ob_end_clean() ) {
				continue;
			}
			if ( ! headers_sent() ) {
				header( 'Connection: close' );
				header( 'Content-Length: 0' );
			}
			flush();
		}
		$this->repeat();
		wp_die( '', '', array( 'response' => 200 ) );
	}

	/**
	 * What our webhooks say.
	 *
	 * @param mixed $payload
	 * @param mixed $resource
	 * @param mixed $arg
	 * @param mixed $webhookId
	 * @return mixed
	 */
	public function payload( $payload, $resource, $arg, $webhookId ) {
		$sending = $this->sendingBy( $webhookId );
		if ( null === $sending ) {
			return $payload;
		}
		return array(
			'action'  => Fields::of( $payload )->text( 'action' ),
			'arg'     => $sending['arg'],
			'changes' => array_map( static fn( ChangeRow $row ) => $row->toArray(), $sending['changes'] ),
		);
	}

	/**
	 * @param mixed $arguments
	 * @param mixed $arg
	 * @param mixed $webhookId
	 * @return mixed
	 */
	public function arguments( $arguments, $arg, $webhookId ) {
		if ( is_array( $arguments ) && null !== $this->sendingBy( $webhookId ) ) {
			$arguments['timeout'] = self::TIMEOUT;
		}
		return $arguments;
	}

	/**
	 * @param mixed $arguments
	 * @param mixed $response
	 * @param mixed $duration
	 * @param mixed $arg
	 * @param mixed $webhookId
	 */
	public function delivered( $arguments, $response, $duration, $arg, $webhookId ): void {
		if ( null !== $this->sendingBy( $webhookId ) ) {
			$this->answer = is_array( $response ) || $response instanceof \WP_Error ? $response : null;
		}
	}

	/** One round: everything untold, a call for each kind of notification. */
	private function ringOnce(): RingResult {
		$failures = $this->failures();
		$log      = $this->plugin->changeLog();
		if ( $failures['restUntil'] > time() ) {
			return new RingResult( false, 0, 0, array(), 'The direct way rests.' );
		}
		$rows = $log->unrung( self::MOST );
		if ( array() === $rows ) {
			return new RingResult( true );
		}
		$byTopic = array();
		foreach ( $rows as $row ) {
			$byTopic[ self::topicOf( $row ) ][] = $row;
		}
		$webhooks = $this->plugin->webhooks()->active();
		$result   = new RingResult( true );
		foreach ( $byTopic as $topic => $changes ) {
			// A webhook that somebody switched off doesn't hold its changes back while another one can carry them.
			$webhook = $webhooks[ $topic ] ?? reset( $webhooks );
			$one     = false === $webhook ? self::nothingToRingWith() : $this->deliver( $webhook, $changes );
			$log->rung( $one->sent );
			$result = self::sum( $result, $one );
			if ( ! $one->ok ) {
				// The other calls would only wait for the same silence.
				break;
			}
		}
		if ( array() !== $webhooks ) {
			$this->count( $failures['count'], $result );
		}
		do_action( self::RUNG, $result );
		return $result;
	}

	/** @param ChangeRow[] $changes */
	private function deliver( \WC_Webhook $webhook, array $changes ): RingResult {
		$id                   = $webhook->get_id();
		$numbers              = array_map( static fn( ChangeRow $row ) => $row->seq, $changes );
		$arg                  = array() === $numbers ? 0 : max( $numbers );
		$this->sending[ $id ] = array(
			'changes' => $changes,
			'arg'     => $arg,
		);
		$this->answer         = null;
		$start                = microtime( true );
		$error                = 'WooCommerce did not send it.';
		try {
			$webhook->deliver( $arg );
		} catch ( \Throwable $thrown ) {
			$error = $thrown->getMessage();
		} finally {
			unset( $this->sending[ $id ] );
		}
		$duration = (int) round( ( microtime( true ) - $start ) * 1000 );
		$answer   = $this->answer();
		$status   = is_array( $answer ) ? (int) wp_remote_retrieve_response_code( $answer ) : 0;
		if ( $status >= 200 && $status < 300 ) {
			return new RingResult( true, $status, $duration, $changes );
		}
		if ( $answer instanceof \WP_Error ) {
			$error = $answer->get_error_message();
		} elseif ( $status > 0 ) {
			$error = "HTTP $status";
		}
		return new RingResult( false, $status, $duration, array(), $error );
	}

	/** @return array<mixed>|\WP_Error|null What came of the last delivery; null if there was none. */
	private function answer() {
		return $this->answer;
	}

	/** Keeps count of failures, and has a failed ring repeated later and later. */
	private function count( int $before, RingResult $result ): void {
		if ( $result->ok ) {
			if ( $before > 0 ) {
				delete_option( self::FAILURES );
			}
			return;
		}
		$count = $before + 1;
		$pause = $count < self::PATIENCE ? 10 * $count : min( self::LONGEST_PAUSE, self::REST * 2 ** min( 10, $count - self::PATIENCE ) );
		update_option(
			self::FAILURES,
			array(
				'count'     => $count,
				'restUntil' => $count < self::PATIENCE ? 0 : time() + self::REST,
			),
			false
		);
		$this->schedule( $pause );
	}

	/** @return array{count: int, restUntil: int} */
	private function failures(): array {
		$stored = Fields::of( get_option( self::FAILURES ) );
		return array(
			'count'     => $stored->number( 'count' ),
			'restUntil' => $stored->number( 'restUntil' ),
		);
	}

	/** Has Action Scheduler ring in some seconds, unless it is going to anyway. */
	private function schedule( int $seconds ): void {
		// Not as_next_scheduled_action(), which counts the one that runs now, and that may be the one that failed.
		$waiting = as_get_scheduled_actions(
			array(
				'hook'     => self::HOOK,
				'group'    => self::GROUP,
				'status'   => 'pending',
				'per_page' => 1,
			),
			'ids'
		);
		if ( array() === $waiting ) {
			as_schedule_single_action( time() + $seconds, self::HOOK, array(), self::GROUP );
		}
	}

	private function mayRing(): bool {
		return $this->plugin->changeLog()->ready()
			&& null !== $this->plugin->connections()->current()
			&& ! $this->plugin->siteIdentity()->isClone();
	}

	/** Sends the answer to whoever waits for it; false where PHP can't do that before it ends. */
	private function finishResponse(): bool {
		if ( function_exists( 'session_status' ) && PHP_SESSION_ACTIVE === session_status() ) {
			session_write_close();
		}
		if ( function_exists( 'fastcgi_finish_request' ) ) {
			ignore_user_abort( true );
			return fastcgi_finish_request();
		}
		if ( function_exists( 'litespeed_finish_request' ) ) {
			ignore_user_abort( true );
			return (bool) litespeed_finish_request();
		}
		return false;
	}

	/** On the command line, in WP-Cron and in the loopback itself. */
	private static function nobodyWaits(): bool {
		return 'cli' === PHP_SAPI || wp_doing_cron() || doing_action( 'wp_ajax_' . self::AJAX ) || doing_action( 'wp_ajax_nopriv_' . self::AJAX );
	}

	/** Whether the shop's last call to itself arrived; if not, it is not tried again for a while. */
	private function loopbackWorks(): bool {
		$since = get_option( self::LOOPBACK );
		$since = is_numeric( $since ) ? (int) $since : 0;
		$now   = time();
		if ( $since <= 0 || $now - $since > self::LOOPBACK_LOST + self::LOOPBACK_PAUSE ) {
			update_option( self::LOOPBACK, $now, false );
			return true;
		}
		return $now - $since <= self::LOOPBACK_LOST;
	}

	/** Has another request of this shop ring, without waiting for it. */
	private function callMyself(): void {
		$time = (string) time();
		wp_remote_post(
			admin_url( 'admin-ajax.php' ),
			array(
				'blocking'  => false,
				'timeout'   => 0.01,
				// As WordPress calls its own cron: a shop behind a proxy may not know its own certificate.
				// phpcs:ignore WordPress.NamingConventions.PrefixAllGlobals.NonPrefixedHooknameFound
				'sslverify' => (bool) apply_filters( 'https_local_ssl_verify', false ),
				'body'      => array(
					'action' => self::AJAX,
					'token'  => $time . '.' . self::sign( $time ),
				),
			)
		);
	}

	private function isMyToken( string $token ): bool {
		$parts = explode( '.', $token, 2 );
		return 2 === count( $parts )
			&& ctype_digit( $parts[0] )
			&& abs( time() - (int) $parts[0] ) <= self::TOKEN_AGE
			&& hash_equals( self::sign( $parts[0] ), $parts[1] );
	}

	private static function sign( string $time ): string {
		return hash_hmac( 'sha256', 'dstnc_ring ' . $time, wp_salt( 'auth' ) );
	}

	/**
	 * @param mixed $webhookId
	 * @return array{changes: ChangeRow[], arg: int}|null
	 */
	private function sendingBy( $webhookId ): ?array {
		return is_numeric( $webhookId ) ? ( $this->sending[ (int) $webhookId ] ?? null ) : null;
	}

	private static function topicOf( ChangeRow $row ): string {
		if ( ChangeLog::ORDER === $row->type ) {
			return Webhooks::ORDER_COMPLETED;
		}
		return 'stock' === $row->kind ? Webhooks::STOCK_CHANGED : Webhooks::PRODUCT_CHANGED;
	}

	private static function nothingToRingWith(): RingResult {
		return new RingResult( false, 0, 0, array(), 'The webhook is switched off or missing.' );
	}

	private static function sum( RingResult $one, RingResult $other ): RingResult {
		return new RingResult(
			$one->ok && $other->ok,
			0 === $other->httpStatus ? $one->httpStatus : $other->httpStatus,
			$one->durationMs + $other->durationMs,
			array_merge( $one->sent, $other->sent ),
			'' === $one->error ? $other->error : $one->error
		);
	}

	/** Into WooCommerce's own log: what goes wrong here must not show in the shop. */
	private static function report( \Throwable $error ): void {
		try {
			wc_get_logger()->error( $error->getMessage(), array( 'source' => 'dstnc-for-woocommerce' ) );
		} catch ( \Throwable $ignored ) {
			unset( $ignored );
		}
	}
}
