<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Changes;

use Dstnc\WooCommerce\Fields;
use Dstnc\WooCommerce\Lock;
use Dstnc\WooCommerce\Problem;

defined( 'ABSPATH' ) || exit;

/**
 * Says which product groups and orders changed since when.
 *
 * Writing and numbering are two steps, because an auto-increment number is not the order of commits: a transaction that stays open
 * would make its number appear behind a cursor that was already given out, and the change would be missed for good.
 *
 * 1. `mark()` appends an unnumbered mark in the transaction, if any, of the change itself. No unique key but the row's own: two checkouts
 *    never wait for each other because of it.
 * 2. `fold()` numbers what is committed: under a lock and in a transaction, marks become rows of the log, one row an item.
 *
 * Cursors are a number and a random word that this database remembers. One that it never issued (a restored backup, another
 * shop's database) is answered with `reset`.
 */
final class ChangeLog {

	/** A product with all its variations. */
	public const GROUP = 'group';

	/** An order that DSTNC placed. */
	public const ORDER = 'order';

	/** Option: the version of the tables; absent if there are none. */
	public const SCHEMA_OPTION = 'dstnc_schema';

	private const SCHEMA = 1;

	/** Who numbers, or changes what is numbered, holds it. */
	private const LOCK = 'fold';

	/** Kinds that say less than any other: they never hide what was not told yet. */
	private const WEAK = array( 'stock', 'tracking' );

	/** Cursors that are remembered. */
	private const CURSORS = 50;

	/** Marks folded in one transaction. */
	private const BATCH = 500;

	/** Seconds within which an item is marked only once more, at the end of the request. */
	private const QUIET = 1.0;

	/** @var array<string, float> When an item was marked last in this request, by table, type and id. */
	private array $markedAt = array();

	/** @var array<string, array{table: string, type: string, id: int, kind: string}> Marks that wait for the end of the request. */
	private array $waiting = array();

	/** A mark could not be written: this request tries no more. */
	private bool $broken = false;

	private bool $marked = false;

	/**
	 * Makes the tables where they are missing, and forgets all cursors: nobody knows what changed before this, so whoever reads the log is
	 * told to walk the catalogue.
	 */
	public function installTables(): ?Problem {
		$charset = 'ENGINE=InnoDB DEFAULT CHARSET=ascii';
		$tables  = array(
			// "mark" grows in the order of writing, which says nothing about commits.
			"CREATE TABLE IF NOT EXISTS {$this->marks()} (
				mark bigint unsigned NOT NULL AUTO_INCREMENT,
				type varchar(8) NOT NULL,
				id bigint unsigned NOT NULL,
				kind varchar(16) NOT NULL,
				marked_at bigint unsigned NOT NULL,
				PRIMARY KEY (mark)
			) $charset",
			"CREATE TABLE IF NOT EXISTS {$this->changes()} (
				type varchar(8) NOT NULL,
				id bigint unsigned NOT NULL,
				kind varchar(16) NOT NULL,
				seq bigint unsigned NOT NULL,
				changed_at bigint unsigned NOT NULL,
				rung tinyint unsigned NOT NULL DEFAULT 0,
				PRIMARY KEY (type, id),
				UNIQUE KEY seq (seq),
				KEY rung (rung, seq)
			) $charset",
			"CREATE TABLE IF NOT EXISTS {$this->cursors()} (
				cursor_id bigint unsigned NOT NULL AUTO_INCREMENT,
				seq bigint unsigned NOT NULL,
				word char(20) NOT NULL,
				PRIMARY KEY (cursor_id)
			) $charset",
		);
		foreach ( $tables as $sql ) {
			if ( false === $this->run( $sql ) ) {
				return new Problem(
					'tables',
					__( 'Your shop’s database doesn’t let the plugin make its tables', 'dstnc-for-woocommerce' ),
					__( 'The plugin remembers there which products changed, so that DSTNC always has your current stock and prices.', 'dstnc-for-woocommerce' ),
					__( 'Ask your host to give the database user of WordPress the right to create tables, then connect again.', 'dstnc-for-woocommerce' ),
					self::db()->last_error
				);
			}
		}
		$this->run( "DELETE FROM {$this->cursors()}" );
		update_option( self::SCHEMA_OPTION, self::SCHEMA, true );
		$this->broken = false;
		return null;
	}

	/** Removes the tables and everything in them. */
	public function dropTables(): void {
		foreach ( array( $this->marks(), $this->changes(), $this->cursors() ) as $table ) {
			$this->run( "DROP TABLE IF EXISTS $table" );
		}
		delete_option( self::SCHEMA_OPTION );
		$this->waiting  = array();
		$this->markedAt = array();
	}

	/** Whether the tables are there, as far as can be told without a query. */
	public function ready(): bool {
		return (string) self::SCHEMA === Fields::of( array( get_option( self::SCHEMA_OPTION ) ) )->text( '0' );
	}

	/**
	 * Notes that an item changed. The first time at once, so that nothing is lost if this process dies; repeats within a second are
	 * written once, by `flush()`.
	 *
	 * @param string $type GROUP or ORDER.
	 * @param string $kind product, stock, deleted; completed, cancelled, refunded, tracking.
	 */
	public function mark( string $type, int $id, string $kind ): void {
		$this->markAll( $type, array( $id ), $kind );
	}

	/**
	 * Notes that many items changed, as `mark()` does.
	 *
	 * @param int[] $ids
	 */
	public function markAll( string $type, array $ids, string $kind ): void {
		$table = $this->marks();
		$now   = microtime( true );
		$write = array();
		foreach ( $ids as $id ) {
			if ( $id <= 0 ) {
				continue;
			}
			$this->marked = true;
			$key          = "$table $type $id";
			$mark         = array(
				'table' => $table,
				'type'  => $type,
				'id'    => $id,
				'kind'  => $kind,
			);
			if ( isset( $this->markedAt[ $key ] ) && $now - $this->markedAt[ $key ] < self::QUIET ) {
				$before                = $this->waiting[ $key ]['kind'] ?? null;
				$mark['kind']          = self::stronger( $before, $kind );
				$this->waiting[ $key ] = $mark;
				continue;
			}
			$this->markedAt[ $key ] = $now;
			unset( $this->waiting[ $key ] );
			$write[] = $mark;
		}
		$this->write( $write );
	}

	/** Whether this request marked anything. */
	public function marked(): bool {
		return $this->marked;
	}

	/** Writes the marks that waited for the end of the request. */
	public function flush(): void {
		$waiting       = $this->waiting;
		$this->waiting = array();
		$this->write( array_values( $waiting ) );
	}

	/** Forgets what this request marked: the next mark is written at once again. */
	public function settled(): void {
		$this->marked   = false;
		$this->markedAt = array();
	}

	/**
	 * Numbers all committed marks.
	 *
	 * @param int $waitSeconds How long to wait for another process that does the same.
	 * @return bool False if it could not be done now: another process is at it, or this one is inside somebody's transaction.
	 */
	public function fold( int $waitSeconds ): bool {
		return true === ( new Lock( self::LOCK ) )->synchronized(
			$waitSeconds,
			function (): bool {
				do {
					$folded = $this->foldBatch();
				} while ( self::BATCH === $folded );
				return null !== $folded;
			}
		);
	}

	/**
	 * What changed since a cursor, oldest first. Nothing new: the same cursor again, and nothing is written.
	 *
	 * @param string|null $cursor Null: from the beginning.
	 * @return array{changes: ChangeRow[], next: string, more: bool, reset: bool}|null Null if the log can't be read now.
	 */
	public function after( ?string $cursor, int $limit ): ?array {
		if ( ! $this->ready() || ! $this->fold( 5 ) ) {
			return null;
		}
		$from = 0;
		if ( null !== $cursor ) {
			$from = $this->numberOf( $cursor );
			if ( null === $from ) {
				$last = $this->lastNumber();
				$next = null === $last ? null : $this->cursorAt( $last );
				return null === $next ? null : array(
					'changes' => array(),
					'next'    => $next,
					'more'    => false,
					'reset'   => true,
				);
			}
		}
		$rows    = $this->rows( "SELECT type, id, kind, seq, changed_at FROM {$this->changes()} WHERE seq > %d ORDER BY seq LIMIT %d", array( $from, $limit + 1 ) );
		$changes = array_slice( $rows, 0, $limit );
		$last    = end( $changes );
		$next    = false === $last && null !== $cursor ? $cursor : $this->cursorAt( false === $last ? $from : $last->seq );
		return null === $next ? null : array(
			'changes' => $changes,
			'next'    => $next,
			'more'    => count( $rows ) > $limit,
			'reset'   => false,
		);
	}

	/**
	 * What DSTNC has not been told of yet, oldest first.
	 *
	 * @return ChangeRow[]
	 */
	public function unrung( int $limit ): array {
		$this->fold( 1 );
		return $this->rows( "SELECT type, id, kind, seq, changed_at FROM {$this->changes()} WHERE rung = 0 ORDER BY seq LIMIT %d", array( $limit ) );
	}

	/**
	 * Notes that DSTNC was told. A row that changed meanwhile has another number and stays untold.
	 *
	 * @param ChangeRow[] $rows
	 */
	public function rung( array $rows ): void {
		$numbers = array();
		foreach ( $rows as $row ) {
			$numbers[] = $row->seq;
		}
		// Under the same lock as the folding, so that the two never wait for each other's rows.
		( new Lock( self::LOCK ) )->synchronized(
			5,
			function () use ( $numbers ): bool {
				foreach ( array_chunk( $numbers, self::BATCH ) as $some ) {
					$this->run( "UPDATE {$this->changes()} SET rung = 1 WHERE seq IN (" . implode( ',', $some ) . ')' );
				}
				return true;
			}
		);
	}

	/**
	 * How much DSTNC has not been told of yet, and when the oldest of it changed (milliseconds since 1970).
	 *
	 * @return array{count: int, oldest: int|null}
	 */
	public function pending(): array {
		$rows = null;
		if ( $this->ready() ) {
			$this->fold( 0 );
			$rows = $this->select( "SELECT COUNT(*) AS waiting, MIN(changed_at) AS oldest FROM {$this->changes()} WHERE rung = 0" );
		}
		$row = $rows[0] ?? Fields::of( null );
		return array(
			'count'  => $row->number( 'waiting' ),
			'oldest' => $row->numberOrNull( 'oldest' ),
		);
	}

	/**
	 * Folds some marks in one transaction.
	 *
	 * @return int|null How many; null if it could not be done.
	 */
	private function foldBatch(): ?int {
		// Only committed marks are seen, and only the holder of the lock removes them.
		$marks = $this->select( "SELECT mark, type, id, kind, marked_at FROM {$this->marks()} ORDER BY mark LIMIT %d", array( self::BATCH ) );
		if ( null === $marks || array() === $marks ) {
			return null === $marks ? null : 0;
		}

		$items = array();
		$ids   = array();
		foreach ( $marks as $mark ) {
			$type = $mark->text( 'type' );
			$id   = $mark->number( 'id' );
			$kind = $mark->text( 'kind' );
			$key  = "$type $id";
			$seen = $items[ $key ] ?? null;
			unset( $items[ $key ] ); // Its number is that of its last mark.
			$items[ $key ] = array(
				'type' => $type,
				'id'   => $id,
				'kind' => self::stronger( $seen['kind'] ?? null, $kind ),
				'at'   => $seen['at'] ?? $mark->number( 'marked_at' ),
			);
			$ids[]         = $mark->number( 'mark' );
		}

		// Also the question whether somebody left a transaction open on this connection, for then it is refused. Beginning ours would
		// commit theirs: after a fatal error in a checkout, half an order.
		if ( false === $this->run( 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ' ) ) {
			return null;
		}
		$this->run( 'START TRANSACTION' );
		$number = $this->lastNumber();
		if ( null === $number ) {
			// A number that was given out before would take another change's place.
			$this->run( 'ROLLBACK' );
			return null;
		}
		$values = array();
		foreach ( $items as $item ) {
			$values[] = self::prepare( '(%s,%d,%s,%d,%d,0)', array( $item['type'], $item['id'], $item['kind'], ++$number, $item['at'] ) );
		}
		$weak = "'" . implode( "','", self::WEAK ) . "'";
		$done = false !== $this->run(
			"INSERT INTO {$this->changes()} (type, id, kind, seq, changed_at, rung) VALUES " . implode( ',', $values ) . "
			ON DUPLICATE KEY UPDATE
				kind = IF(rung = 0 AND VALUES(kind) IN ($weak), kind, VALUES(kind)),
				changed_at = IF(rung = 0, changed_at, VALUES(changed_at)),
				seq = VALUES(seq),
				rung = 0"
		);
		// One by one: for a list of them the database may walk through the whole table, and then it waits for the marks of transactions
		// that are still open. One that is gone was folded by another process, in spite of the lock (a cluster has one in each server), which
		// may have given the same numbers.
		foreach ( $ids as $id ) {
			$done = $done && 1 === $this->run( "DELETE FROM {$this->marks()} WHERE mark = $id" );
		}
		$this->run( $done ? 'COMMIT' : 'ROLLBACK' );
		return $done ? count( $marks ) : null;
	}

	/** The highest number that was ever given out; null if that can't be told. */
	private function lastNumber(): ?int {
		$rows = $this->select( "SELECT GREATEST(COALESCE((SELECT MAX(seq) FROM {$this->changes()}), 0), COALESCE((SELECT MAX(seq) FROM {$this->cursors()}), 0)) AS seq" );
		return isset( $rows[0] ) ? $rows[0]->number( 'seq' ) : null;
	}

	/** The number of a cursor; null if this database never issued it, or long ago. */
	private function numberOf( string $cursor ): ?int {
		if ( 1 !== preg_match( '/^(\d{1,18})-([0-9a-f]{20})$/', $cursor, $found ) ) {
			return null;
		}
		$known = $this->select( "SELECT seq FROM {$this->cursors()} WHERE seq = %d AND word = %s LIMIT 1", array( (int) $found[1], $found[2] ) );
		return isset( $known[0] ) ? $known[0]->number( 'seq' ) : null;
	}

	/** A cursor for a number: the one issued before, or a new one. */
	private function cursorAt( int $number ): ?string {
		$known = $this->select( "SELECT word FROM {$this->cursors()} WHERE seq = %d ORDER BY cursor_id DESC LIMIT 1", array( $number ) );
		if ( isset( $known[0] ) ) {
			return $number . '-' . $known[0]->text( 'word' );
		}
		$word = bin2hex( random_bytes( 10 ) );
		if ( false === $this->run( self::prepare( "INSERT INTO {$this->cursors()} (seq, word) VALUES (%d, %s)", array( $number, $word ) ) ) ) {
			return null;
		}
		$this->run( self::prepare( "DELETE FROM {$this->cursors()} WHERE cursor_id <= %d", array( (int) self::db()->insert_id - self::CURSORS ) ) );
		return "$number-$word";
	}

	/** Which of two kinds of one item is told: the later one, unless it says less. */
	private static function stronger( ?string $before, string $kind ): string {
		return null !== $before && in_array( $kind, self::WEAK, true ) ? $before : $kind;
	}

	/**
	 * @param array<int, array{table: string, type: string, id: int, kind: string}> $marks
	 */
	private function write( array $marks ): void {
		if ( $this->broken ) {
			return;
		}
		$now    = (int) floor( microtime( true ) * 1000 );
		$tables = array();
		foreach ( $marks as $mark ) {
			$tables[ $mark['table'] ][] = self::prepare( '(%s,%d,%s,%d)', array( $mark['type'], $mark['id'], $mark['kind'], $now ) );
		}
		foreach ( $tables as $table => $values ) {
			foreach ( array_chunk( $values, self::BATCH ) as $some ) {
				if ( false === $this->run( "INSERT INTO $table (type, id, kind, marked_at) VALUES " . implode( ',', $some ) ) ) {
					$this->broken = true;
					return;
				}
			}
		}
	}

	/**
	 * @param array<int, string|int> $arguments
	 * @return ChangeRow[]
	 */
	private function rows( string $sql, array $arguments ): array {
		return array_map(
			static fn( Fields $row ) => new ChangeRow( $row->text( 'type' ), $row->number( 'id' ), $row->text( 'kind' ), $row->number( 'seq' ), $row->number( 'changed_at' ) ),
			$this->ready() ? $this->select( $sql, $arguments ) ?? array() : array()
		);
	}

	/**
	 * Asks the database; a failure is an answer and reaches no log of the shop.
	 *
	 * @param array<int, string|int> $arguments
	 * @return Fields[]|null Null on failure.
	 */
	private function select( string $sql, array $arguments = array() ): ?array {
		$db  = self::db();
		$sql = array() === $arguments ? $sql : self::prepare( $sql, $arguments );
		// phpcs:ignore WordPress.DB -- Own tables, which nothing caches.
		$rows = $this->quietly( static fn() => $db->get_results( $sql, ARRAY_A ) );
		return is_array( $rows ) && '' === $db->last_error ? array_map( array( Fields::class, 'of' ), $rows ) : null;
	}

	/**
	 * Runs a statement; a failure is an answer and reaches no log of the shop.
	 *
	 * @return int|bool False on failure.
	 */
	private function run( string $sql ) {
		$db = self::db();
		return $this->quietly(
			static function () use ( $db, $sql ) {
				// phpcs:ignore WordPress.DB -- Own tables, which nothing caches; values are prepared by the caller.
				return $db->query( $sql );
			}
		);
	}

	/**
	 * @template T
	 * @param callable(): T $work
	 * @return T
	 */
	private function quietly( callable $work ) {
		$before = self::db()->suppress_errors( true );
		try {
			return $work();
		} finally {
			self::db()->suppress_errors( $before );
		}
	}

	private function marks(): string {
		return '`' . self::db()->prefix . 'dstnc_change_marks`';
	}

	private function changes(): string {
		return '`' . self::db()->prefix . 'dstnc_changes`';
	}

	private function cursors(): string {
		return '`' . self::db()->prefix . 'dstnc_cursors`';
	}

	/**
	 * @param array<int, string|int> $arguments
	 */
	private static function prepare( string $sql, array $arguments ): string {
		/** @var literal-string $sql All are this class's own, with its tables' names. */
		// phpcs:ignore WordPress.DB.PreparedSQL.NotPrepared
		return (string) self::db()->prepare( $sql, ...$arguments );
	}

	private static function db(): \wpdb {
		global $wpdb;
		return $wpdb;
	}
}
