<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Connection;

use Dstnc\WooCommerce\Fields;
use Dstnc\WooCommerce\Problem;

defined( 'ABSPATH' ) || exit;

/**
 * Connecting, while it goes on: which step it is at, and what it has made so far and would have to undo. Lives in the option
 * `dstnc_attempt` for a minute; what is secret in it is sealed.
 *
 * @phpstan-type StepState 'waiting'|'running'|'done'|'failed'
 */
final class Attempt {

	public const CHECKS        = 'checks';
	public const ACCESS        = 'access';
	public const NOTIFICATIONS = 'notifications';
	public const REACH         = 'reach';
	public const CATALOGUE     = 'catalogue';

	public const STEPS = array( self::CHECKS, self::ACCESS, self::NOTIFICATIONS, self::REACH, self::CATALOGUE );

	/** Event of WordPress: an attempt should be over by now. */
	public const OVERDUE = 'dstnc_attempt_overdue';

	private const OPTION = 'dstnc_attempt';

	/** Seconds after which nobody is believed to be still at it. */
	private const PATIENCE = 300;

	public string $id;

	/** User that connects. */
	public int $startedBy;

	/** User as whom DSTNC is to act. */
	public int $userId;

	/** Unix time, in seconds. */
	public int $startedAt;

	/** When it went on last. Unix time, in seconds. */
	public int $touchedAt;

	public string $code;

	public string $receiverUrl;

	public string $vendor;

	/** Made before the key's row, so that the row is found even if the request that makes it dies. */
	public string $consumerKey;

	/** What WooCommerce knows that key by; '' once it was revoked. */
	public string $keyHash;

	public string $webhookSecret;

	/** 0: no key yet. */
	public int $keyId;

	/** @var array<string, int> Webhooks made so far, by topic. */
	public array $webhookIds;

	/** Whether the tables were not there before. */
	public bool $madeTables;

	/** @var array<string, array{state: string, detail: string, problem: array<array-key, mixed>|null}> By step. */
	public array $steps;

	private function __construct( Fields $fields ) {
		$this->id            = $fields->text( 'id' );
		$this->startedBy     = $fields->number( 'startedBy' );
		$this->userId        = $fields->number( 'userId' );
		$this->startedAt     = $fields->number( 'startedAt' );
		$this->touchedAt     = $fields->number( 'touchedAt' );
		$this->code          = (string) Seal::open( $fields->text( 'code' ) );
		$this->receiverUrl   = $fields->text( 'receiverUrl' );
		$this->vendor        = $fields->text( 'vendor' );
		$this->consumerKey   = (string) Seal::open( $fields->text( 'consumerKey' ) );
		$this->keyHash       = $fields->text( 'keyHash' );
		$this->webhookSecret = (string) Seal::open( $fields->text( 'webhookSecret' ) );
		$this->keyId         = $fields->number( 'keyId' );
		$this->webhookIds    = $fields->numbers( 'webhookIds' );
		$this->madeTables    = $fields->yes( 'madeTables' );
		$this->steps         = array();
		foreach ( self::STEPS as $step ) {
			$stored               = $fields->fields( 'steps' )->fields( $step );
			$this->steps[ $step ] = array(
				'state'   => $stored->text( 'state', 'waiting' ),
				'detail'  => $stored->text( 'detail' ),
				'problem' => $stored->has( 'problem' ) ? $stored->fields( 'problem' )->all() : null,
			);
		}
	}

	public static function start( ConnectionCode $code, int $startedBy, int $userId, string $consumerKey ): self {
		$attempt                = new self( Fields::of( array() ) );
		$attempt->id            = bin2hex( random_bytes( 8 ) );
		$attempt->startedBy     = $startedBy;
		$attempt->userId        = $userId;
		$attempt->startedAt     = time();
		$attempt->code          = $code->text;
		$attempt->receiverUrl   = $code->receiverUrl;
		$attempt->vendor        = $code->vendor;
		$attempt->consumerKey   = $consumerKey;
		$attempt->keyHash       = ApiKeys::hash( $consumerKey );
		$attempt->webhookSecret = bin2hex( random_bytes( 32 ) );
		$attempt->save();
		// For the case that nobody comes back to the page.
		wp_schedule_single_event( time() + self::PATIENCE + MINUTE_IN_SECONDS, self::OVERDUE );
		return $attempt;
	}

	/** The attempt as it is in the database now, whatever this request has read before; null: none. */
	public static function load(): ?self {
		wp_cache_delete( self::OPTION, 'options' );
		wp_cache_delete( 'notoptions', 'options' );
		$stored = get_option( self::OPTION );
		return is_array( $stored ) ? new self( Fields::of( $stored ) ) : null;
	}

	public function save(): void {
		$this->touchedAt = time();
		update_option(
			self::OPTION,
			array(
				'id'            => $this->id,
				'startedBy'     => $this->startedBy,
				'userId'        => $this->userId,
				'startedAt'     => $this->startedAt,
				'touchedAt'     => $this->touchedAt,
				'code'          => Seal::close( $this->code ),
				'receiverUrl'   => $this->receiverUrl,
				'vendor'        => $this->vendor,
				'consumerKey'   => Seal::close( $this->consumerKey ),
				'keyHash'       => $this->keyHash,
				'webhookSecret' => Seal::close( $this->webhookSecret ),
				'keyId'         => $this->keyId,
				'webhookIds'    => $this->webhookIds,
				'madeTables'    => $this->madeTables,
				'steps'         => $this->steps,
			),
			false
		);
	}

	public function delete(): void {
		delete_option( self::OPTION );
		wp_clear_scheduled_hook( self::OVERDUE );
	}

	/** The step that is next; null where all are done. */
	public function next(): ?string {
		foreach ( $this->steps as $step => $is ) {
			if ( 'done' !== $is['state'] ) {
				return $step;
			}
		}
		return null;
	}

	public function isRunning( string $step ): bool {
		return 'running' === $this->steps[ $step ]['state'];
	}

	/** @param StepState $state */
	public function set( string $step, string $state, string $detail = '', ?Problem $problem = null ): void {
		$this->steps[ $step ] = array(
			'state'   => $state,
			'detail'  => $detail,
			'problem' => null === $problem ? null : $problem->toArray(),
		);
	}

	public function hasFailed(): bool {
		return in_array( 'failed', array_column( $this->steps, 'state' ), true );
	}

	public function isFinished(): bool {
		return array( 'done' ) === array_values( array_unique( array_column( $this->steps, 'state' ) ) );
	}

	public function isOld(): bool {
		return $this->touchedAt < time() - self::PATIENCE;
	}

	/**
	 * For the page, to the user who looks at it.
	 *
	 * @return array<string, mixed>
	 */
	public function toArray( int $viewer ): array {
		$user  = get_userdata( $this->startedBy );
		$steps = array();
		foreach ( $this->steps as $step => $is ) {
			$steps[] = array( 'id' => $step ) + $is;
		}
		return array(
			'id'        => $this->id,
			'startedBy' => false === $user ? '' : $user->display_name,
			'mine'      => $this->startedBy === $viewer,
			'startedAt' => gmdate( 'Y-m-d\TH:i:s\Z', $this->startedAt ),
			'steps'     => $steps,
			'failed'    => $this->hasFailed(),
			'finished'  => $this->isFinished(),
		);
	}
}
