<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Connection;

use Dstnc\WooCommerce\Plugin;
use Dstnc\WooCommerce\Problem;

defined( 'ABSPATH' ) || exit;

/**
 * Connects this shop, one step of an attempt a call.
 *
 * Each step is a request of its own, so that the page can show it as it happens. Whatever step fails, and wherever a request dies,
 * everything that was made is undone: by the step itself, or by the next visitor of the page or the health job ({@see sweep()}).
 */
final class AttemptRunner {

	/** As long as most steps take. */
	private const STEP_SECONDS = 5;

	private Plugin $plugin;

	private AttemptSteps $steps;

	public function __construct( Plugin $plugin ) {
		$this->plugin = $plugin;
		$this->steps  = new AttemptSteps( $plugin );
	}

	/** The attempt that is going on; null: none. */
	public function current(): ?Attempt {
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
			return Problems::userNotAble();
		}
		$begun = ConnectionStore::lock()->synchronized(
			0,
			/** @return Attempt|Problem */
			function () use ( $parsed, $userId ) {
				$earlier = Attempt::load();
				if ( null !== $earlier ) {
					if ( ! $earlier->isOld() && get_current_user_id() !== $earlier->startedBy ) {
						return Problems::busy( $earlier );
					}
					$this->undo( $earlier );
				}
				return Attempt::start( $parsed, get_current_user_id(), $userId, $this->plugin->apiKeys()->newConsumerKey() );
			}
		);
		return $begun ?? Problems::busy( Attempt::load() );
	}

	/**
	 * Does the next step of an attempt. Two requests at once do it once.
	 *
	 * @return Attempt|Problem
	 */
	public function next( string $id ) {
		$lock   = ConnectionStore::lock();
		$isMine = $lock->acquire();
		try {
			$attempt = Attempt::load();
			if ( null === $attempt || $attempt->id !== $id ) {
				return Problems::attemptGone();
			}
			if ( get_current_user_id() !== $attempt->startedBy ) {
				return Problems::busy( $attempt );
			}
			if ( $isMine ) {
				$this->step( $attempt );
			}
			return $attempt;
		} finally {
			$lock->release();
		}
	}

	/** Ends an attempt and undoes what it made. */
	public function giveUp( string $id ): ?Problem {
		return $this->undoIf( static fn( Attempt $attempt ): bool => $attempt->id === $id ) ? null : Problems::busy( Attempt::load() );
	}

	/** The plugin is being switched off: nobody can go on with an attempt. Waits a moment for a step that is being done. */
	public function abandon(): void {
		if ( null !== Attempt::load() ) {
			$this->undoIf( static fn(): bool => true, self::STEP_SECONDS );
		}
	}

	/** Undoes an attempt that nobody goes on with: the browser was closed, or the server stopped in the middle. */
	public function sweep(): void {
		$attempt = Attempt::load();
		if ( null !== $attempt && $attempt->isOld() ) {
			$this->undoIf( static fn( Attempt $attempt ): bool => $attempt->isOld() );
		}
	}

	/** Undoes an attempt and forgets it. Whoever calls this holds the lock. */
	public function undo( Attempt $attempt ): void {
		$this->steps->undo( $attempt );
		$attempt->delete();
	}

	/**
	 * Undoes the attempt that is going on, if it is meant.
	 *
	 * @param callable(Attempt): bool $isMeant
	 * @return bool False where somebody is at it.
	 */
	private function undoIf( callable $isMeant, int $waitSeconds = 0 ): bool {
		return true === ConnectionStore::lock()->synchronized(
			$waitSeconds,
			function () use ( $isMeant ): bool {
				$attempt = Attempt::load();
				if ( null !== $attempt && $isMeant( $attempt ) ) {
					$this->undo( $attempt );
				}
				return true;
			}
		);
	}

	private function step( Attempt $attempt ): void {
		$step = $attempt->next();
		if ( null === $step ) {
			return;
		}
		// With the lock in hand, a running step is one whose request died. What it did nobody knows.
		if ( $attempt->isOld() || ( $attempt->isRunning( $step ) && Attempt::CATALOGUE !== $step ) ) {
			$this->fail( $attempt, $step, Problems::interrupted() );
			return;
		}
		$attempt->set( $step, 'running' );
		$attempt->save();
		try {
			$result = $this->steps->perform( $step, $attempt );
		} catch ( \Throwable $error ) {
			$result = Problems::unexpected( $error );
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

	private function fail( Attempt $attempt, string $step, Problem $problem ): void {
		$this->undo( $attempt );
		// The page gets it once more, with what went wrong; the shop keeps nothing of it.
		$attempt->set( $step, 'failed', '', $problem );
	}
}
