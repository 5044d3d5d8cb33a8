<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Health;

use Dstnc\WooCommerce\Lock;
use Dstnc\WooCommerce\Plugin;
use Dstnc\WooCommerce\Problem;

defined( 'ABSPATH' ) || exit;

/**
 * Tells the vendor, who comes by three times a year, that something is wrong: one notice and one e-mail per incident, and one e-mail
 * when all is well again. There is at most one incident: what is wrong first hides what follows from it.
 *
 * A problem that may be a hiccup becomes an incident when two looks in a row, some minutes apart, have seen it, and two good looks as far
 * apart end it: what comes and goes is no news. What is certain begins and ends with one look.
 *
 * @phpstan-import-type Action from Check
 * @phpstan-type Stored array{raisedAt?: float, certain?: bool, goodSince?: int|null, problem: array{code: string, title: string, detail: string, advice: string, technical: string, link: array{label: string, url: string}|null}, since: int, action: Action|null, dismissedBy: list<int>}
 */
final class Incidents {

	private const OPTION = 'dstnc_incident';

	/** Two looks of which the second is to confirm the first are this far apart, or farther. */
	public const CONFIRM_SECONDS = 4 * MINUTE_IN_SECONDS;

	/** A first failing look counts for this long. */
	private const SUSPECT_SECONDS = HOUR_IN_SECONDS;

	private Plugin $plugin;

	public function __construct( Plugin $plugin ) {
		$this->plugin = $plugin;
	}

	public function current(): ?Incident {
		$stored = $this->stored()['current'];
		if ( null === $stored ) {
			return null;
		}
		$problem = $stored['problem'];
		return new Incident(
			new Problem( $problem['code'], $problem['title'], $problem['detail'], $problem['advice'], $problem['technical'], $problem['link'] ),
			$stored['since'],
			$stored['action'],
			$stored['dismissedBy']
		);
	}

	/** Unix time since when each look has failed with this code; null if the last one was good, or failed otherwise. */
	public function failingSince( string $code ): ?int {
		$stored = $this->stored();
		if ( null !== $stored['current'] && $stored['current']['problem']['code'] === $code ) {
			return $stored['current']['since'];
		}
		return null !== $stored['suspect'] && $stored['suspect']['code'] === $code ? $stored['suspect']['since'] : null;
	}

	/** The last look was the first of its kind: only another one, CONFIRM_SECONDS later, can tell. */
	public function isInDoubt(): bool {
		$stored = $this->stored();
		return null !== $stored['suspect'] || isset( $stored['current']['goodSince'] );
	}

	/**
	 * There is no doubt: an incident from now on. While one of the same code lasts, only its words are renewed.
	 *
	 * @param Action|null $action
	 */
	public function raise( Problem $problem, ?array $action = null ): void {
		$this->begin( $problem, $action, time(), true );
	}

	/**
	 * One that is not certain and comes while another such one lasts takes its place without a mail: as a rule it follows from it.
	 *
	 * @param Action|null $action
	 * @param int         $since  Unix time.
	 */
	private function begin( Problem $problem, ?array $action, int $since, bool $isCertain ): void {
		$news = $this->change(
			static function ( array $stored ) use ( $problem, $action, $since, $isCertain ): array {
				$last    = $stored['current'];
				$isSame  = null !== $last && $last['problem']['code'] === $problem->code;
				$isTold  = null !== $last && ! $isCertain && ! self::isCertain( $last );
				$current = array(
					'raisedAt'    => $isSame ? $last['raisedAt'] ?? 0.0 : microtime( true ),
					'certain'     => $isCertain,
					'goodSince'   => null,
					'problem'     => $problem->toArray(),
					'since'       => $isSame ? $last['since'] : $since,
					'action'      => $action,
					'dismissedBy' => $isSame ? $last['dismissedBy'] : array(),
				);
				return array(
					array(
						'current' => $current,
						'suspect' => null,
					),
					$isSame ? '' : ( $isTold ? 'words' : 'incident' ),
				);
			}
		);
		if ( 'words' === $news || 'incident' === $news ) {
			delete_transient( Checks::KEPT );
			$this->plugin->activity()->note( 'bad', $problem->title );
		}
		if ( 'incident' === $news ) {
			$this->mail(
				/* translators: 1: name of the shop, 2: what is wrong. */
				sprintf( __( '[%1$s] DSTNC: %2$s', 'dstnc-for-woocommerce' ), self::shopName(), $problem->title ),
				array(
					$problem->title,
					$problem->detail,
					'' === $problem->advice ? '' : __( 'What to do:', 'dstnc-for-woocommerce' ) . ' ' . $problem->advice,
					null === $problem->link ? '' : $problem->link['label'] . ': ' . $problem->link['url'],
					__( 'The DSTNC page of your shop:', 'dstnc-for-woocommerce' ) . ' ' . self::pageUrl(),
					__( 'Your shop itself goes on as before. You get this message once, and another one when it is over.', 'dstnc-for-woocommerce' ),
				)
			);
		}
	}

	/**
	 * A look failed. Once looks in a row have for CONFIRM_SECONDS, with the same code, there is an incident, which began with the first.
	 *
	 * @param Action|null $action
	 */
	public function suspect( Problem $problem, ?array $action = null ): void {
		$since = $this->change(
			static function ( array $stored ) use ( $problem ): array {
				$current = $stored['current'];
				if ( null !== $current && $current['problem']['code'] === $problem->code ) {
					return array( $stored, $current['since'] );
				}
				if ( null !== $current ) {
					$stored['current']['goodSince'] = null;
				}
				$last = $stored['suspect'];
				if ( null !== $last && $last['code'] === $problem->code && $last['since'] > time() - self::SUSPECT_SECONDS ) {
					return array( $stored, $last['since'] > time() - self::CONFIRM_SECONDS ? null : $last['since'] );
				}
				$stored['suspect'] = array(
					'code'  => $problem->code,
					'since' => time(),
				);
				return array( $stored, null );
			}
		);
		if ( is_int( $since ) ) {
			$this->begin( $problem, $action, $since, false );
		}
	}

	/**
	 * A look was good.
	 *
	 * @param float|null $lookedAt  Unix time when the look began: an incident that was raised later it can't know of. Default now.
	 * @param bool       $isCertain It needs no second one: somebody put it right, or asks for the answer of now.
	 */
	public function over( ?float $lookedAt = null, bool $isCertain = false ): void {
		$ended = $this->change(
			static function ( array $stored ) use ( $lookedAt, $isCertain ): array {
				$current           = $stored['current'];
				$stored['suspect'] = null;
				if ( null === $current || ( null !== $lookedAt && ( $current['raisedAt'] ?? 0.0 ) > $lookedAt ) ) {
					return array( $stored, null );
				}
				$current['goodSince'] = $current['goodSince'] ?? time();
				if ( ! $isCertain && ! self::isCertain( $current ) && $current['goodSince'] > time() - self::CONFIRM_SECONDS ) {
					$stored['current'] = $current;
					return array( $stored, null );
				}
				$stored['current'] = null;
				return array( $stored, $current );
			}
		);
		if ( ! is_array( $ended ) ) {
			return;
		}
		delete_transient( Checks::KEPT );
		/** @var Stored $ended */
		$title = rtrim( $ended['problem']['title'], '.' );
		/* translators: %s: what was wrong. */
		$this->plugin->activity()->note( 'good', sprintf( __( 'All is well again. It was: %s.', 'dstnc-for-woocommerce' ), $title ) );
		$this->mail(
			/* translators: %s: name of the shop. */
			sprintf( __( '[%s] DSTNC works again', 'dstnc-for-woocommerce' ), self::shopName() ),
			array(
				__( 'All is well again between your shop and DSTNC.', 'dstnc-for-woocommerce' ),
				sprintf(
					/* translators: 1: what was wrong, 2: date and time when it began, 3: how long it lasted, as in "2 hours". */
					__( 'It was: %1$s. It began on %2$s and lasted %3$s.', 'dstnc-for-woocommerce' ),
					$title,
					self::dateTime( $ended['since'] ),
					human_time_diff( $ended['since'] )
				),
				__( 'There is nothing left to do. What changed in your shop in the meantime is being sent to DSTNC now.', 'dstnc-for-woocommerce' ),
			)
		);
	}

	/** This user has read it: the notice in wp-admin stays away until the next incident. */
	public function dismiss( int $userId ): void {
		$this->change(
			static function ( array $stored ) use ( $userId ): array {
				if ( null !== $stored['current'] && ! in_array( $userId, $stored['current']['dismissedBy'], true ) ) {
					$stored['current']['dismissedBy'][] = $userId;
				}
				return array( $stored, null );
			}
		);
	}

	/** The connection is gone, and with it whatever was wrong with it. Nobody is told. */
	public function forget(): void {
		delete_option( self::OPTION );
		delete_transient( Checks::KEPT );
	}

	/** Date and time in the shop's own format and zone. */
	public static function dateTime( int $time ): string {
		return self::date( $time ) . ' ' . self::time( $time );
	}

	/** A date in the shop's own format and zone. */
	public static function date( int $time ): string {
		return (string) wp_date( self::text( get_option( 'date_format' ), 'Y-m-d' ), $time );
	}

	/** A time of day in the shop's own format and zone. */
	public static function time( int $time ): string {
		return (string) wp_date( self::text( get_option( 'time_format' ), 'H:i' ), $time );
	}

	public static function pageUrl(): string {
		return admin_url( 'admin.php?page=dstnc' );
	}

	/**
	 * Reads, changes and stores in one go: two processes that look at once must not both send the mail.
	 *
	 * @param callable(array{current: Stored|null, suspect: array{code: string, since: int}|null}): array{0: array{current: Stored|null, suspect: array{code: string, since: int}|null}, 1: mixed} $changed
	 * @return mixed What the function gave besides; null where another process kept it too long.
	 */
	private function change( callable $changed ) {
		return ( new Lock( 'incident' ) )->synchronized(
			5,
			function () use ( $changed ) {
				// What this process read before it had the lock is stale, also that there was nothing.
				wp_cache_delete( self::OPTION, 'options' );
				wp_cache_delete( 'notoptions', 'options' );
				$before                  = $this->stored();
				list( $after, $besides ) = $changed( $before );
				if ( $after !== $before ) {
					update_option( self::OPTION, $after, false );
				}
				return $besides;
			}
		);
	}

	/** @return array{current: Stored|null, suspect: array{code: string, since: int}|null} */
	private function stored(): array {
		$stored = get_option( self::OPTION, array() );
		if ( ! is_array( $stored ) || ! array_key_exists( 'current', $stored ) || ! array_key_exists( 'suspect', $stored ) ) {
			return array(
				'current' => null,
				'suspect' => null,
			);
		}
		/** @var array{current: Stored|null, suspect: array{code: string, since: int}|null} Written by change() alone. */
		return $stored;
	}

	/**
	 * To the site's administrator and to the user that DSTNC acts as. A copy of a shop is silent.
	 *
	 * @param list<string> $paragraphs Empty ones are left out.
	 */
	private function mail( string $subject, array $paragraphs ): void {
		if ( $this->plugin->siteIdentity()->isClone() ) {
			return;
		}
		$addresses  = array( self::text( get_option( 'admin_email' ), '' ) );
		$connection = $this->plugin->connections()->current();
		$user       = null === $connection ? false : get_userdata( $connection->userId );
		if ( $user instanceof \WP_User ) {
			$addresses[] = $user->user_email;
		}
		$body = implode( "\n\n", array_diff( $paragraphs, array( '' ) ) ) . "\n";
		foreach ( array_unique( array_map( 'strtolower', array_diff( $addresses, array( '' ) ) ) ) as $address ) {
			wp_mail( $address, $subject, $body );
		}
	}

	/** @param Stored $incident */
	private static function isCertain( array $incident ): bool {
		return $incident['certain'] ?? true;
	}

	private static function shopName(): string {
		return wp_specialchars_decode( self::text( get_option( 'blogname' ), '' ), ENT_QUOTES );
	}

	/** @param mixed $value */
	private static function text( $value, string $otherwise ): string {
		return is_string( $value ) && '' !== $value ? $value : $otherwise;
	}
}
