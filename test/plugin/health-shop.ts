import type { StoreMail } from '../store/store.ts';
import { minutesPass } from './minutes-pass.ts';
import { PluginShop } from './plugin-shop.ts';

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

/** For how a shop looks after its connection, and what it tells its owner. */
export class HealthShop extends PluginShop {
  /** Some minutes later the regular look, in the background as WooCommerce's queue does it; several times if so wished. */
  async look(times = 1, minutes = 5): Promise<void> {
    for (let time = 0; time < times; time += 1) {
      await this.run(`${minutesPass(minutes)} do_action( 'dstnc_health' );`, undefined, 0);
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

  /** Lines of PHP's log that name this plugin; its tables are at times taken away on purpose. */
  override complaints(): Promise<string[]> {
    return this.logged(/dstnc-for-woocommerce|Dstnc\\/);
  }
}
