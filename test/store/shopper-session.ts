import { fetchWhole, type WholeAnswer } from './fetch-whole.ts';
import type { Store } from './store.ts';

/** What is bought; a variation goes by its own id. */
export interface CartItem {
  readonly id: number;
  readonly quantity: number;
}

const address = {
  first_name: 'Example',
  last_name: 'Shopper',
  address_1: 'Example Street 1',
  city: 'Exampletown',
  postcode: '10115',
  country: 'DE',
  email: 'shopper@shop.example',
  phone: '000000',
} as const;

/** A shopper who isn't logged in: cookies, a cart, and a checkout paid on delivery, as the shop's own pages do it. */
export class ShopperSession {
  readonly #home: string;
  readonly #rest: (route: string) => string;
  readonly #checkoutPath: string;
  readonly #cookies = new Map<string, string>();
  #nonce = '';

  private constructor(home: string, rest: (route: string) => string, checkoutPath: string) {
    this.#home = home;
    this.#rest = rest;
    this.#checkoutPath = checkoutPath;
  }

  /** Comes to the shop. The classic checkout gets a page of its own: a new shop's pages are made of blocks. */
  static async visit(store: Pick<Store, 'home' | 'php'>): Promise<ShopperSession> {
    const { checkout, rest } = await store.php<{ checkout: number; rest: string }>(
      `$page = get_page_by_path( 'classic-checkout' );
      $id = $page ? $page->ID : wp_insert_post( array( 'post_type' => 'page', 'post_status' => 'publish', 'post_title' => 'Checkout',
        'post_name' => 'classic-checkout', 'post_content' => '[woocommerce_checkout]' ) );
      update_option( 'woocommerce_checkout_page_id', $id );
      return array( 'checkout' => $id, 'rest' => get_rest_url() );`,
    );
    return new ShopperSession(store.home, (route) => rest + route, `/?page_id=${checkout}`);
  }

  /** Buys by the classic checkout. @returns the order's id */
  async buy(items: readonly CartItem[]): Promise<number> {
    for (const { id, quantity } of items) await this.#follow(`/?add-to-cart=${id}&quantity=${quantity}`);
    const { text: html } = await this.#follow(this.#checkoutPath);
    const nonce = /name="woocommerce-process-checkout-nonce" value="([^"]+)"/.exec(html)?.[1];
    if (nonce === undefined)
      throw new Error(`The checkout has no form: ${html.replace(/<[^>]+>|\s+/g, ' ').slice(0, 500)}`);
    const form = new URLSearchParams({ 'woocommerce-process-checkout-nonce': nonce, payment_method: 'cod' });
    for (const [name, value] of Object.entries(address)) form.set(`billing_${name}`, value);
    const answer = await this.#request('POST', `${this.#home}/?wc-ajax=checkout`, form);
    const { text } = answer;
    const order = /"order_id":(\d+)/.exec(text)?.[1];
    if (order === undefined) throw new Error(`The checkout failed: ${answer.status} ${text.slice(0, 500)}`);
    return Number(order);
  }

  /** Buys by the Store API, which the checkout made of blocks uses (WooCommerce 8 and later). @returns the order's id */
  async buyByBlocks(items: readonly CartItem[]): Promise<number> {
    for (const { id, quantity } of items) await this.#storeApi('POST', 'cart/add-item', { id, quantity });
    const { email, ...shipping } = address;
    const { order_id: order } = await this.#storeApi('POST', 'checkout', {
      billing_address: { email, ...shipping },
      shipping_address: shipping,
      payment_method: 'cod',
    });
    return Number(order);
  }

  async #storeApi(method: string, route: string, body: object): Promise<Record<string, unknown>> {
    if (this.#nonce === '') {
      const cart = await this.#request('GET', this.#rest('wc/store/v1/cart'));
      this.#nonce = cart.headers.get('nonce') ?? '';
    }
    const answer = await this.#request(method, this.#rest(`wc/store/v1/${route}`), JSON.stringify(body), {
      'content-type': 'application/json',
      nonce: this.#nonce,
    });
    const { text } = answer;
    if (answer.status >= 300) throw new Error(`${route}: ${answer.status} ${text.slice(0, 500)}`);
    return JSON.parse(text) as Record<string, unknown>;
  }

  async #follow(path: string): Promise<WholeAnswer> {
    let answer = await this.#request('GET', this.#home + path);
    for (let hops = 0; answer.status >= 300 && answer.status < 400 && hops < 5; hops += 1) {
      answer = await this.#request('GET', new URL(answer.headers.get('location') ?? '/', this.#home).href);
    }
    return answer;
  }

  async #request(
    method: string,
    url: string,
    body?: URLSearchParams | string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<WholeAnswer> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetchWhole(url, {
      method,
      redirect: 'manual',
      headers: { cookie, ...headers },
      ...(body === undefined ? {} : { body }),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (name !== undefined && value !== undefined) this.#cookies.set(name, value);
    }
    return answer;
  }
}
