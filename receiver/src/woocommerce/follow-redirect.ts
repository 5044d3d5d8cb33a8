import type { AccessProblem } from './access-problem.ts';
import { checkStoreUrl } from './address-guard.ts';
import type { StoreFailure } from './store-failure.ts';

type Redirect = Extract<StoreFailure, { kind: 'redirect' }>;

/** What a REST API's address has behind the home's, in whatever form. */
const REST_PATH = /\/(index\.php\/)?(wp-json|wc-api)(\/.*)?$|\/index\.php$|\/+$/;

/**
 * Where a store is that redirects: to https, to www or away from it, into a subfolder of its own site. Anything else is a problem: what is
 * found behind a redirect to another site is for people to judge, and a login page is no store.
 *
 * @param home that was asked
 */
export function followRedirect(
  home: string,
  failure: Redirect,
  allowPrivate: boolean,
): { readonly ok: true; readonly home: string } | { readonly ok: false; readonly problem: AccessProblem } {
  const { location } = failure;
  const target = location === null ? null : URL.parse(location);
  const problem = (kind: AccessProblem['kind'], message: string) =>
    ({ ok: false, problem: { kind, message, failure } }) as const;
  if (target === null) return problem('redirect_elsewhere', failure.message);

  const from = new URL(home);
  if (/wp-login\.php|\/(log-?in|sign-?in|my-account)\b/i.test(target.pathname)) {
    return problem(
      'login_page',
      'The store sends every request on to its login page. Take password protection off the shop and its REST API.',
    );
  }
  if (from.protocol === 'https:' && target.protocol === 'http:') {
    return problem(
      'redirect_http',
      `The store redirects from https to http (${location}), where keys could be read on their way. Set both addresses under Settings > General to https.`,
    );
  }
  const checked = checkStoreUrl(target, { allowPrivate });
  if (!checked.ok) {
    return problem('redirect_private', `The store redirects to an address that can't be called. ${checked.reason}`);
  }
  const next = homeText(target);
  if (bare(target.hostname) !== bare(from.hostname) || next === homeText(from)) {
    return problem(
      'redirect_elsewhere',
      `The store redirects to ${location}. If that is the shop, connect it under that address.`,
    );
  }
  return { ok: true, home: next };
}

/** A home address without query, trailing slashes, and whatever of a REST API is behind it. */
export function homeText(url: URL): string {
  return `${url.origin}${url.pathname.replace(REST_PATH, '').replace(/\/+$/, '')}`;
}

function bare(hostname: string): string {
  return hostname.replace(/^www\./, '').replace(/\.$/, '');
}
