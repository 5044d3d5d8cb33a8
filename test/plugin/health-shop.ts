import { startStore } from '../store/start-store.ts';
import type { Store, StoreMail } from '../store/store.ts';
import type { StoreOptions } from '../store/store-options.ts';
import { DstncDouble } from './dstnc-double.ts';
import { pluginFolder } from './plugin-folder.ts';

/** One of the troubleshooter's answers. */
export interface ShopCheck {
  readonly id: string;
  readonly status: 'ok' | 'warning' | 'problem' | 'unknown';
  readonly title: string;
  readonly detail: string;
  readonly why: string;
  readonly advice: string;
  readonly technical: string;
  readonly action: { readonly label: string; readonly url?: string; readonly do?: string } | null;
}

/** What the vendor is told as long as something is wrong. */
export interface ShopIncident {
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly advice: string;
  readonly since: string;
  readonly action: ShopCheck['action'];
}

const connectCode = `
$plugin = Dstnc\\WooCommerce\\Plugin::instance();
$user   = $args['userId'];
$secret = bin2hex( random_bytes( 32 ) );
$plugin->changeLog()->installTables();
$key = $plugin->apiKeys()->create( $user, 'DSTNC' );
$plugin->siteIdentity()->remember();
$plugin->connections()->save(
	Dstnc\\WooCommerce\\Connection\\Connection::fromArray( array(
		'storeId'         => 'st_test',
		'vendor'          => 'lamps',
		'receiverUrl'     => $args['url'],
		'webhookUrl'      => $args['url'] . '/v1/webhooks/key',
		'contractVersion' => 1,
		'connectedAt'     => time(),
		'userId'          => $user,
		'keyId'           => $key['keyId'],
		'keyHash'         => $key['keyHash'],
		'webhookIds'      => $plugin->webhooks()->create( $args['url'] . '/v1/webhooks/key', $secret, $user, 'active' ),
	) ),
	array( 'storeToken' => 'token', 'webhookSecret' => $secret )
);`;

/** A shop that is connected to a {@link DstncDouble}: for how the shop looks after its connection, and what it tells its owner. */
export class HealthShop {
  readonly store: Store;
  readonly dstnc: DstncDouble;

  private constructor(store: Store, dstnc: DstncDouble) {
    this.store = store;
    this.dstnc = dstnc;
  }

  static async start(options: Omit<StoreOptions, 'plugins'> & { plugins?: readonly string[] }): Promise<HealthShop> {
    const dstnc = await DstncDouble.start();
    try {
      const plugins = [pluginFolder(), ...(options.plugins ?? [])];
      return new HealthShop(await startStore({ debug: true, ...options, plugins }), dstnc);
    } catch (error) {
      await dstnc.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.store.stop();
    await this.dstnc.stop();
  }

  /** Connects the shop as of now, acting as this user. */
  async connect(userId = 1): Promise<void> {
    await this.run(connectCode, { userId, url: this.dstnc.url });
  }

  /** The regular look, in the background as WooCommerce's queue does it, of several minutes at once. */
  async look(times = 1): Promise<void> {
    for (let time = 0; time < times; time += 1) {
      await this.run("do_action( 'dstnc_health' );", undefined, 0);
    }
  }

  /** The troubleshooter's answers by id; `outsideIn`: with those over the network. */
  async checks(outsideIn = false): Promise<Readonly<Record<string, ShopCheck>>> {
    const list: ShopCheck[] = await this.run(
      `return array_map( fn( $check ) => $check->toArray(), Dstnc\\WooCommerce\\Plugin::instance()->checks()->run( $args ) );`,
      outsideIn,
    );
    return Object.fromEntries(list.map((check) => [check.id, check]));
  }

  /** What is wrong now, as the page is told. */
  async incident(): Promise<ShopIncident | null> {
    return this.run(
      '$now = Dstnc\\WooCommerce\\Plugin::instance()->incidents()->current(); return null === $now ? null : $now->toArray();',
    );
  }

  /** Sentences of the activity list, newest first. */
  async activity(): Promise<string[]> {
    return this.run("return array_column( Dstnc\\WooCommerce\\Plugin::instance()->activity()->entries(), 'text' );");
  }

  /** Subjects of DSTNC's mails so far, with whom they went to. */
  async mails(): Promise<{ to: StoreMail['to']; subject: string; message: string }[]> {
    const mails = await this.store.mails();
    return mails
      .filter(({ subject }) => subject.includes('DSTNC'))
      .map(({ to, subject, message }) => ({ to, subject, message }));
  }

  /** A new user, who is neither administrator nor the site's address for mails. */
  async addUser(name: string, role: string): Promise<number> {
    return this.run(
      `return wp_insert_user( array( 'user_login' => $args['name'], 'display_name' => ucfirst( $args['name'] ), 'user_pass' => 'password', 'user_email' => $args['name'] . '@shop.example', 'role' => $args['role'] ) );`,
      { name, role },
    );
  }

  /** Runs PHP in the shop's web server, by default as the administrator. */
  // biome-ignore lint/suspicious/noExplicitAny: the result is whatever the code returns.
  run<T = any>(code: string, args?: unknown, user = 1): Promise<T> {
    return this.store.php<T>(code, { args, user, where: 'server' });
  }

  /** Lines of PHP's log that name this plugin. */
  async complaints(): Promise<string[]> {
    return (await this.store.log()).split('\n').filter((line) => /dstnc-for-woocommerce|Dstnc\\/.test(line));
  }
}
