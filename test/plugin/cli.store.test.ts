import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Store } from '../store/store.ts';
import { storeAvailability } from '../store/store-availability.ts';
import { PluginShop } from './plugin-shop.ts';
import type { ReceiverDouble } from './receiver-double.ts';
import { temporaryMuPlugin } from './temporary-mu-plugin.ts';

const woocommerce = '11.0.1';
const availability = await storeAvailability({ woocommerce });
const skipped = availability.available ? '' : ` (skipped: ${availability.reason})`;

/** As much of WP-CLI as the command uses, on the command line only, and unseen by WooCommerce, which wants more of it. */
const wpCli = `if ( 'cli' === PHP_SAPI ) {
  add_action( 'plugins_loaded', static function () { define( 'WP_CLI', true ); }, 19 );
  class WP_CLI_Ended extends Exception {}
  class WP_CLI {
    public static $commands = array();
    public static $said = array();
    public static function add_command( $name, $command ) { self::$commands[ $name ] = $command; }
    public static function line( $text = '' ) { self::$said[] = $text; }
    public static function log( $text ) { self::$said[] = $text; }
    public static function success( $text ) { self::$said[] = "Success: $text"; }
    public static function warning( $text ) { self::$said[] = "Warning: $text"; }
    public static function error( $text ) { self::$said[] = "Error: $text"; throw new WP_CLI_Ended( '1' ); }
    public static function __callStatic( $name, $arguments ) {}
    public static function halt( $code ) { throw new WP_CLI_Ended( (string) $code ); }
    public static function confirm( $text, $options ) { if ( empty( $options['yes'] ) ) { self::$said[] = $text; throw new WP_CLI_Ended( '0' ); } }
  }
}`;

describe.skipIf(!availability.available)(`wp dstnc${skipped}`, () => {
  let shop: PluginShop;
  let store: Store;
  let receiver: ReceiverDouble;

  beforeAll(async () => {
    shop = await PluginShop.start({ woocommerce, muPlugins: [temporaryMuPlugin('wp-cli', wpCli)] });
    ({ store, dstnc: receiver } = shop);
  });

  afterAll(async () => expect(await shop?.stop()).toBe(''));

  /** Runs a command as nobody, as WP-CLI does. */
  const wp = (command: string, args: string[] = [], options: Record<string, string> = {}) =>
    store.php<{ said: string[]; code: string }>(
      `$code = '0';
       try { WP_CLI::$commands['dstnc']->{$args['command']}( $args['args'], (array) $args['options'] ); } catch ( WP_CLI_Ended $ended ) { $code = $ended->getMessage(); }
       return array( 'said' => WP_CLI::$said, 'code' => $code );`,
      { args: { command, args, options }, user: 0 },
    );

  test('shows, connects, syncs and disconnects', async () => {
    expect((await wp('status')).said.join('\n')).toMatch(/connected +no/);
    expect(await wp('sync')).toMatchObject({
      code: '1',
      said: [expect.stringMatching(/^Error: This shop is not connected/)],
    });

    const connected = await wp('connect', [receiver.code()], { as: 'admin' });
    expect(connected.code).toBe('0');
    expect(connected.said.map((line) => line.split(':')[0])).toEqual([
      'checks',
      'access',
      'notifications',
      'reach',
      'catalogue',
      'Success',
    ]);

    const status = await wp('status', [], { format: 'json' });
    expect(status.code).toBe('0');
    expect(JSON.parse(status.said[0] ?? '')).toMatchObject({
      connected: 'yes',
      vendor: 'nordic-lamps',
      notifications: '3/3 active',
      problem: null,
    });
    expect(await wp('sync')).toMatchObject({ code: '0', said: [expect.stringMatching(/^Success/)] });

    receiver.answerWith({ status: 503, contentType: 'text/html', body: 'Down' });
    expect(await wp('status')).toMatchObject({ code: '1' });
    receiver.answerWith(null);

    expect(await wp('disconnect')).toMatchObject({ said: [expect.stringMatching(/withdraws/)] });
    expect(await wp('disconnect', [], { yes: '1' })).toMatchObject({
      code: '0',
      said: [expect.stringMatching(/^Success: Disconnected/)],
    });
    expect((await wp('status')).said.join('\n')).toMatch(/connected +no/);
  });

  test('says why it can not connect', async () => {
    expect(await wp('connect', ['hello'])).toMatchObject({
      code: '1',
      said: [expect.stringMatching(/not a connection code/)],
    });
    expect(await wp('connect', [receiver.code()], { as: 'nobody' })).toMatchObject({
      code: '1',
      said: [expect.stringMatching(/can't act/)],
    });
    receiver.answerWith({ status: 409, body: { type: 'urn:dstnc:problem:code-used' } });
    const used = await wp('connect', [receiver.code()]);
    expect(used.code).toBe('1');
    expect(used.said.at(-1)).toMatch(/already used/);
  });
});
