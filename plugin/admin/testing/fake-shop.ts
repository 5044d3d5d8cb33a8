import apiFetch from '@wordpress/api-fetch';
import type { PageState } from '../api/types.ts';
import { now, ordersPage } from './states.ts';

/** One request of the page. */
export interface Call {
  /** `POST /attempts` */
  readonly route: string;
  readonly data: unknown;
}

type Answer = (call: Call) => unknown;

/** The shop's routes, as the page sees them; answers are set by the test. */
export class FakeShop {
  readonly calls: Call[] = [];
  readonly #answers = new Map<string, Answer>();

  /** Takes the place of all requests from here on. */
  constructor(state: PageState | (() => PageState)) {
    this.on('GET /state', typeof state === 'function' ? state : () => state);
    this.on('GET /checks', () => ({ checkedAt: now, checks: [] }));
    this.on('GET /orders', () => ordersPage([]));
    apiFetch.setFetchHandler(async ({ path = '', method = 'GET', headers, data }) => {
      // apiFetch says DELETE in a header, for servers that know no such method, and adds the user's language.
      const meant = (headers as Record<string, string> | undefined)?.['X-HTTP-Method-Override'] ?? method;
      const asked = path.replace('/dstnc-admin/v1', '').replace(/[?&]_locale=user$/, '');
      const call = { route: `${meant} ${asked}`, data };
      this.calls.push(call);
      const answer = this.#answers.get(call.route) ?? this.#answers.get(call.route.replace(/\?.*/, ''));
      if (!answer) throw { code: 'rest_no_route', message: `No route ${call.route}`, data: { status: 404 } };
      return await answer(call);
    });
  }

  /** `route` as in `POST /attempts`; a query may be left out. An answer that throws rejects the request with what it throws. */
  on(route: string, answer: Answer): this {
    this.#answers.set(route, answer);
    return this;
  }

  /** How often a route was asked. */
  count(route: string): number {
    return this.calls.filter((call) => call.route === route).length;
  }
}
