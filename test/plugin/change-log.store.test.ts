import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { mariadb } from '../store/mariadb.ts';
import { storeAvailability } from '../store/store-availability.ts';
import { PluginShop } from './plugin-shop.ts';
import { readChanges } from './read-changes.ts';

const woocommerce = '11.0.1';
const availability = await storeAvailability({ woocommerce });
const skipped = availability.available ? '' : ` (skipped: ${availability.reason})`;

/** Two sessions of the database, as two requests have them, and the log as each of them sees it. */
const twoSessions = `
use Dstnc\\WooCommerce\\Changes\\ChangeLog;
class Session {
	public $db;
	public $log;
	public function __construct() {
		$this->db = new wpdb( DB_USER, DB_PASSWORD, DB_NAME, DB_HOST );
		$this->db->set_prefix( 'wp_' );
		$this->db->query( 'SET SESSION innodb_lock_wait_timeout = 1, lock_wait_timeout = 1' );
		$this->log = new ChangeLog();
	}
	public function sql( $sql ) { return $this->db->query( $sql ); }
	public function mark( $id, $kind = 'product', $type = ChangeLog::GROUP ) { $this->in( function ( $log ) use ( $type, $id, $kind ) { $log->mark( $type, $id, $kind ); } ); }
	public function fold() { return $this->in( function ( $log ) { return $log->fold( 1 ); } ); }
	public function after( $cursor, $limit = 100 ) {
		$page            = $this->in( function ( $log ) use ( $cursor, $limit ) { return $log->after( $cursor, $limit ); } );
		$page['changes'] = array_map( function ( $row ) { return $row->kind . ' ' . $row->id; }, $page['changes'] );
		return $page;
	}
	public function in( $work ) {
		$own             = $GLOBALS['wpdb'];
		$GLOBALS['wpdb'] = $this->db;
		try { return $work( $this->log ); } finally { $GLOBALS['wpdb'] = $own; }
	}
}
$a = new Session();
$b = new Session();
`;

describe.skipIf(!availability.available)(`the change log${skipped}`, () => {
  let shop: PluginShop;

  beforeAll(async () => {
    shop = await PluginShop.start({ woocommerce });
    await shop.connect();
  });

  afterAll(async () => {
    await shop?.stop();
  });

  beforeEach(async () => {
    for (const table of ['changes', 'change_marks', 'cursors']) await shop.store.sql(`DELETE FROM wp_dstnc_${table}`);
  });

  test('misses nothing of a transaction that began first and ended last', async () => {
    const told = await shop.php(`${twoSessions}
      $a->sql( 'START TRANSACTION' );
      $a->mark( 101 );
      $b->mark( 102 );
      $first = $b->after( null );
      $a->sql( 'COMMIT' );
      $second = $b->after( $first['next'] );
      return array( $first['changes'], $second['changes'] );`);
    expect(told).toEqual([['product 102'], ['product 101']]);
  });

  test('forgets a mark whose transaction is rolled back', async () => {
    const told = await shop.php(`${twoSessions}
      $a->sql( 'START TRANSACTION' );
      $a->mark( 101 );
      $a->sql( 'ROLLBACK' );
      return $b->after( null )['changes'];`);
    expect(told).toEqual([]);
  });

  test('is read while many transactions are open, and they write while it is read', async () => {
    // With a lock wait of a second in every session, a wait would be a failure.
    const told = await shop.php(`${twoSessions}
      $b->mark( 1 );
      foreach ( range( 1, 5 ) as $n ) {
        $open[ $n ] = new Session();
        $open[ $n ]->sql( 'START TRANSACTION' );
        $open[ $n ]->mark( 100 + $n );
        $b->mark( 200 + $n );
      }
      $during = $b->after( null );
      foreach ( $open as $n => $session ) { $session->mark( 300 + $n ); $session->sql( 'COMMIT' ); }
      $after = $b->after( $during['next'] );
      return array( count( $during['changes'] ), count( $after['changes'] ) );`);
    expect(told).toEqual([6, 10]);
  });

  test('never commits what somebody else left open', async () => {
    const told = await shop.php(`${twoSessions}
      $b->mark( 102 );
      $a->sql( 'START TRANSACTION' );
      $a->sql( "INSERT INTO wp_options (option_name, option_value, autoload) VALUES ('half_an_order', '1', 'no')" );
      $folded = $a->fold();
      $a->sql( 'ROLLBACK' );
      return array( $folded, $b->db->get_var( "SELECT COUNT(*) FROM wp_options WHERE option_name = 'half_an_order'" ), $b->after( null )['changes'] );`);
    expect(told).toEqual([false, '0', ['product 102']]);
  });

  test('has one row an item, and tells it again when it changes again', async () => {
    const told = await shop.php(`${twoSessions}
      $a->mark( 7 );
      $a->mark( 8 );
      $first = $b->after( null );
      $b->mark( 7, 'stock' );
      $b->mark( 7, 'stock' );
      return array( $first['changes'], $b->after( $first['next'] )['changes'], $b->after( null )['changes'] );`);
    // A stock change doesn't hide the change of the product, which nobody was rung for yet.
    expect(told).toEqual([['product 7', 'product 8'], ['product 7'], ['product 8', 'product 7']]);
    expect(await shop.store.sql('SELECT COUNT(*) AS n FROM wp_dstnc_changes')).toEqual([{ n: 2 }]);
  });

  test('gives the same cursor to who has seen all, and writes nothing', async () => {
    await shop.php(`${twoSessions} $a->mark( 7 );`);
    const { next } = await readChanges(shop.store);
    const checksums = () => shop.store.sql('CHECKSUM TABLE wp_dstnc_changes, wp_dstnc_change_marks, wp_dstnc_cursors');
    const before = await checksums();
    expect(await readChanges(shop.store, next)).toEqual({ changes: [], next, more: false, reset: false });
    expect(await checksums()).toEqual(before);
  });

  test('is read in pages', async () => {
    const told = await shop.php(`${twoSessions}
      foreach ( range( 1, 5 ) as $id ) { $a->mark( $id ); }
      $pages = array();
      for ( $cursor = null; ! isset( $page ) || $page['more']; $cursor = $page['next'] ) { $page = $b->after( $cursor, 2 ); $pages[] = $page['changes']; }
      return $pages;`);
    expect(told).toEqual([['product 1', 'product 2'], ['product 3', 'product 4'], ['product 5']]);
  });

  test.each([
    ['of another shop', `'7-' . str_repeat( 'a', 20 )`],
    ['that is none', `"1' OR 1=1"`],
    ['with a number of its own', `preg_replace( '/^\\d+/', '0', $b->after( null )['next'] )`],
  ])('tells who comes with a cursor %s to begin anew', async (_what, cursor) => {
    const told = await shop.php(`${twoSessions}
      $a->mark( 7 );
      $page = $b->after( ${cursor} );
      $b->mark( 8 );
      return array( $page['reset'], $page['changes'], $b->after( $page['next'] )['changes'] );`);
    expect(told).toEqual([true, [], ['product 8']]);
  });

  test('knows the last cursors and no more', async () => {
    const told = await shop.php(`${twoSessions}
      $cursors = array();
      foreach ( range( 1, 52 ) as $id ) { $a->mark( $id ); $cursors[] = $b->after( null )['next']; }
      return array( $b->after( $cursors[0] )['reset'], $b->after( $cursors[40] )['reset'], (int) $b->db->get_var( 'SELECT COUNT(*) FROM wp_dstnc_cursors' ) );`);
    expect(told).toEqual([true, false, 50]);
  });

  test('tells the reader of a restored backup to begin anew', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dstnc-backup-'));
    const [row] = await shop.store.sql<{ name: string } & never>('SELECT DATABASE() AS name');
    const name = String((row as unknown as { name: string }).name);
    const db = await mariadb();
    await shop.php(`${twoSessions} $a->mark( 7 );`);
    const before = await readChanges(shop.store);
    await db.dump(name, join(folder, 'backup.sql'));
    await shop.php(`${twoSessions} $a->mark( 8 );`);
    const after = await readChanges(shop.store, before.next);
    expect(after).toMatchObject({ changes: [{ groupId: 8 }], reset: false });

    await db.restore(name, join(folder, 'backup.sql'));
    await rm(folder, { recursive: true });
    // The number is given out again, for another change.
    await shop.php(`${twoSessions} $a->mark( 9 );`);
    expect(await readChanges(shop.store, before.next)).toMatchObject({ changes: [{ groupId: 9 }], reset: false });
    expect(await readChanges(shop.store, after.next)).toMatchObject({ changes: [], reset: true });
  });

  test('is only marked once more for an item that changes a hundred times in a moment', async () => {
    const told = await shop.php(`${twoSessions}
      foreach ( range( 1, 100 ) as $n ) { $a->mark( 7, 100 === $n ? 'deleted' : 'stock' ); }
      $count  = function () use ( $b ) { return (int) $b->db->get_var( 'SELECT COUNT(*) FROM wp_dstnc_change_marks' ); };
      $before = $count();
      $a->in( function ( $log ) { $log->flush(); } );
      return array( $before, $count(), $b->after( null )['changes'] );`);
    expect(told).toEqual([1, 2, ['deleted 7']]);
  });

  test('knows what nobody was rung for, also when it changes while it is told', async () => {
    const told = await shop.php(`${twoSessions}
      $a->mark( 7 );
      $a->mark( 8 );
      $rows = $b->in( function ( $log ) { return $log->unrung( 10 ); } );
      $b->mark( 7 );
      $b->fold();
      $b->in( function ( $log ) use ( $rows ) { $log->rung( $rows ); } );
      return array( $b->in( function ( $log ) { return $log->pending()['count']; } ), $b->in( function ( $log ) { return $log->unrung( 10 )[0]->id; } ) );`);
    expect(told).toEqual([1, 7]);
  });

  test('loses nothing where the table of cursors is missing, which the next look makes again', async () => {
    const told = await shop.php(`${twoSessions}
      $a->mark( 7 );
      $a->fold();
      $a->sql( 'DROP TABLE wp_dstnc_cursors' );
      $a->mark( 8 );
      $b->mark( 9 );
      $folded = $a->fold();
      $plugin = Dstnc\\WooCommerce\\Plugin::instance();
      $plugin->healthMonitor()->look();
      $plugin->incidents()->forget();
      return array( $folded, $b->after( null )['changes'] );`);
    expect(told).toEqual([false, ['product 7', 'product 8', 'product 9']]);
  });

  describe('where the database refuses locks by name', () => {
    const refused = `add_filter( 'query', static fn( $query ) => false === strpos( $query, 'GET_LOCK' ) ? $query : 'SELECT NULL' );
      ${twoSessions}
      $locks = function () use ( $b ) { return $b->db->get_col( "SELECT option_value FROM wp_options WHERE option_name LIKE 'dstnc\\_lock\\_%'" ); };`;

    test('one process at a time folds all the same', async () => {
      const told = await shop.php(`${refused}
        $a->mark( 7 );
        $during = $a->in( function ( $log ) use ( $b ) { return ( new Dstnc\\WooCommerce\\Lock( 'fold' ) )->synchronized( 0, function () use ( $b ) { return $b->fold(); } ); } );
        return array( $during, $b->fold(), $b->after( null )['changes'], $locks() );`);
      expect(told).toEqual([false, true, ['product 7'], []]);
    });

    test('nobody waits for good for one that died', async () => {
      const told = await shop.php(`${refused}
        $a->mark( 7 );
        $a->in( function ( $log ) use ( $b, $locks, &$found ) {
          return ( new Dstnc\\WooCommerce\\Lock( 'fold' ) )->synchronized( 0, function () use ( $b, $locks, &$found ) {
            $b->sql( "UPDATE wp_options SET option_value = option_value - 3600 WHERE option_name LIKE 'dstnc\\_lock\\_%'" );
            // What took it over is not given back by the one that came too late.
            $b->in( function ( $log ) use ( $b, &$found ) { ( new Dstnc\\WooCommerce\\Lock( 'fold' ) )->synchronized( 0, function () use ( &$found ) { $found = true; } ); } );
          } );
        } );
        return array( $found, $b->fold(), $locks() );`);
      expect(told).toEqual([true, true, []]);
    });

    test('never commits what somebody else left open, nor makes anybody wait for it', async () => {
      const told = await shop.php(`${refused}
        $b->mark( 102 );
        $a->sql( 'START TRANSACTION' );
        $a->sql( "INSERT INTO wp_options (option_name, option_value, autoload) VALUES ('half_an_order', '1', 'no')" );
        $folded = $a->fold();
        $others = $b->fold();
        $a->sql( 'ROLLBACK' );
        return array( $folded, $others, $b->db->get_var( "SELECT COUNT(*) FROM wp_options WHERE option_name = 'half_an_order'" ) );`);
      expect(told).toEqual([false, true, '0']);
    });
  });

  test('tells every change even if two processes fold at once', async () => {
    // As it may be where a lock by name is one database server's, and the shop has several.
    const told = await shop.php(`${twoSessions}
      $a->mark( 7 );
      $b->mark( 8 );
      // The other one is through with what it saw, and with more, after this one has looked for the last number.
      add_filter( 'query', $other = function ( $query ) use ( &$other, $b ) {
        if ( 0 !== strpos( $query, 'INSERT INTO \`wp_dstnc_changes' ) ) { return $query; }
        remove_filter( 'query', $other );
        $b->sql( "INSERT INTO wp_dstnc_changes (type, id, kind, seq, changed_at) VALUES ('group', 7, 'product', 1, 1), ('group', 5, 'product', 2, 1)" );
        $b->sql( 'DELETE FROM wp_dstnc_change_marks WHERE id = 7' );
        return $query;
      } );
      $a->fold();
      return $b->after( null )['changes'];`);
    expect(told).toEqual(['product 7', 'product 5', 'product 8']);
  });

  test('costs a shop without its tables nothing, not even a line in the log', async () => {
    await shop.php(
      'Dstnc\\WooCommerce\\Plugin::instance()->changeLog()->dropTables(); update_option( "dstnc_schema", 1 );',
    );
    try {
      const created = await shop.store.wc('POST', 'products', { name: 'Lamp', regular_price: '10' });
      expect(created.status).toBe(201);
      expect((await shop.store.rest('GET', 'wc-dstnc/v1/changes')).status).toBe(503);
    } finally {
      await shop.php('Dstnc\\WooCommerce\\Plugin::instance()->changeLog()->installTables();');
    }
  });

  test('says what to do where the database user may make no tables', async () => {
    await shop.store.sql("CREATE USER 'reader'@'localhost'");
    await shop.store.sql("GRANT SELECT, INSERT, UPDATE, DELETE ON *.* TO 'reader'@'localhost'");
    const problem = await shop.php(`
      $own             = $GLOBALS['wpdb'];
      $GLOBALS['wpdb'] = new wpdb( 'reader', '', DB_NAME, DB_HOST );
      $GLOBALS['wpdb']->set_prefix( 'other_' );
      $problem         = ( new Dstnc\\WooCommerce\\Changes\\ChangeLog() )->installTables();
      $GLOBALS['wpdb'] = $own;
      return $problem->toArray();`);
    await shop.store.sql("DROP USER 'reader'@'localhost'");
    expect(problem).toMatchObject({ code: 'tables', technical: expect.stringContaining('denied') });
  });

  test('left no line in the log of the shop', async () => {
    expect(await shop.complaints()).toEqual([]);
  });
});
