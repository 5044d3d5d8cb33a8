import { fetchWhole, type WholeAnswer } from './fetch-whole.ts';
import type { Store } from './store.ts';

/** A logged-in administrator's browser, as far as forms and links go. */
export class WpAdminSession {
  readonly #home: string;
  readonly #cookies = new Map<string, string>();

  private constructor(home: string) {
    this.#home = home;
  }

  /** Logs in as the store's administrator. @throws Error where WordPress refuses */
  static async logIn(store: Pick<Store, 'home' | 'admin'>): Promise<WpAdminSession> {
    const session = new WpAdminSession(store.home);
    await session.#request('GET', '/wp-login.php');
    const form = new URLSearchParams({ log: store.admin.user, pwd: store.admin.password, testcookie: '1' });
    await session.#request('POST', '/wp-login.php', form);
    if (![...session.#cookies.keys()].some((name) => name.startsWith('wordpress_logged_in'))) {
      throw new Error('WordPress refused the login.');
    }
    return session;
  }

  /** Edits products in bulk; `changes` are fields of WooCommerce's bulk edit form. */
  async bulkEditProducts(ids: readonly number[], changes: Readonly<Record<string, string>>): Promise<void> {
    const list = await this.get('/wp-admin/edit.php?post_type=product');
    const form = new URLSearchParams({
      post_type: 'product',
      post_status: 'all',
      action: 'edit',
      bulk_edit: 'Update',
      _wpnonce: field(list, '_wpnonce'),
      woocommerce_quick_edit_nonce: field(list, 'woocommerce_quick_edit_nonce'),
      woocommerce_bulk_edit: '1',
      // "No change" for what else the form has.
      _status: '-1',
      comment_status: '',
      post_author: '-1',
      post_format: '-1',
      ...changes,
    });
    for (const id of ids) form.append('post[]', String(id));
    await this.get(`/wp-admin/edit.php?${form}`);
  }

  /** Edits one product in the list's quick edit; `changes` are fields of its form, WooCommerce's among them. */
  async quickEditProduct(id: number, changes: Readonly<Record<string, string>>): Promise<void> {
    const list = await this.get('/wp-admin/edit.php?post_type=product');
    const form = new URLSearchParams({
      action: 'inline-save',
      post_type: 'product',
      post_view: 'list',
      screen: 'edit-product',
      post_ID: String(id),
      _status: 'publish',
      _inline_edit: field(list, '_inline_edit'),
      woocommerce_quick_edit: '1',
      woocommerce_quick_edit_nonce: field(list, 'woocommerce_quick_edit_nonce'),
      ...changes,
    });
    const answer = await this.#request('POST', '/wp-admin/admin-ajax.php', form);
    const html = answer.text;
    if (answer.status !== 200 || !html.includes(`post-${id}`)) throw new Error(`Quick edit: ${html.slice(0, 500)}`);
  }

  /** Moves products to the trash in bulk. */
  async trashProducts(ids: readonly number[]): Promise<void> {
    const list = await this.get('/wp-admin/edit.php?post_type=product');
    const form = new URLSearchParams({ post_type: 'product', action: 'trash', _wpnonce: field(list, '_wpnonce') });
    for (const id of ids) form.append('post[]', String(id));
    await this.get(`/wp-admin/edit.php?${form}`);
  }

  /** A page's HTML, after redirects. @throws Error where the answer is no success */
  async get(path: string): Promise<string> {
    let answer = await this.#request('GET', path);
    for (let hops = 0; answer.status >= 300 && answer.status < 400 && hops < 5; hops += 1) {
      const { pathname, search } = new URL(answer.headers.get('location') ?? '/', this.#home);
      answer = await this.#request('GET', pathname + search);
    }
    if (answer.status !== 200) throw new Error(`${path} answers ${answer.status}: ${answer.text.slice(0, 500)}`);
    return answer.text;
  }

  async #request(method: string, path: string, form?: URLSearchParams): Promise<WholeAnswer> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetchWhole(this.#home + path, {
      method,
      redirect: 'manual',
      headers: { cookie, referer: `${this.#home}/wp-admin/` },
      ...(form ? { body: form } : {}),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (name !== undefined && value !== undefined) this.#cookies.set(name, value);
    }
    return answer;
  }
}

/** The value of a hidden field of a page's form. */
function field(html: string, name: string): string {
  const tag = new RegExp(`<input[^>]*name="${name}"[^>]*>`).exec(html)?.[0] ?? '';
  const value = /value="([^"]*)"/.exec(tag)?.[1];
  if (value === undefined) throw new Error(`The page has no field ${name}.`);
  return value;
}
