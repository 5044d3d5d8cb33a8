import type { StoreFailure } from './store-failure.ts';

/** Something in front of WooCommerce that turns requests away. */
export interface Blocker {
  /** As the vendor knows it: "Wordfence". */
  readonly name: string;
  /** What to do about it. */
  readonly advice: string;
}

/** Words of a blocker's page, and what to do. The page is all that tells: what it is, its headers rarely say. */
const PAGES: readonly (Blocker & { readonly words: RegExp })[] = [
  {
    name: 'Wordfence',
    // Its name stands at the end of its pages, beyond what is kept of them.
    words: /wordfence|access to this (site|service) has been limited|potentially unsafe operation has been detected/i,
    advice:
      'In wp-admin under Wordfence > Firewall, allow the requests of DSTNC (or put the firewall into learning mode).',
  },
  {
    name: 'Solid Security',
    words: /ithemes|solid ?security|solidwp/i,
    advice:
      'In wp-admin under Security > Settings > System Tweaks (newer versions: Security > Settings > Advanced), switch off "Filter suspicious query strings in the URL" and "Filter long URL strings", and set the REST API to its default access.',
  },
  {
    name: 'ModSecurity',
    words: /mod_?security|not acceptable!|406 not acceptable/i,
    advice: 'Ask your host to let requests to /wp-json/ pass ModSecurity.',
  },
  {
    name: 'Cloudflare',
    words: /cloudflare|attention required|just a moment|ray id|cf-error/i,
    advice:
      'In Cloudflare under Security > WAF, add a rule that skips all checks for addresses that contain /wp-json/.',
  },
  {
    name: 'Sucuri',
    words: /sucuri/i,
    advice: 'In Sucuri, allow the addresses below /wp-json/.',
  },
  {
    name: 'Imunify360',
    words: /imunify360/i,
    advice: 'Ask your host to let requests to /wp-json/ pass Imunify360.',
  },
  {
    name: 'SiteGround',
    words: /sgcaptcha|siteground/i,
    advice: 'Ask SiteGround to take its anti-bot check off /wp-json/.',
  },
  {
    name: 'a maintenance mode',
    words: /maintenance|coming soon|wartung/i,
    advice: 'Switch the maintenance or "coming soon" mode off, or let it leave the REST API (/wp-json/) open.',
  },
];

/** WordPress's own page while it updates itself: over in a minute, and nothing to be switched off. */
const UPDATING = /briefly unavailable for scheduled maintenance/i;

/** WordPress's errors by which plugins close the REST API to callers without a cookie. */
const CODES: Readonly<Record<string, string>> = {
  itsec_rest_api_access_restricted: 'Solid Security',
  rest_cannot_access: 'Disable REST API',
  rest_login_required: 'a plugin that closes the REST API',
  rest_disabled: 'a plugin that closes the REST API',
  rest_not_logged_in: 'a plugin that closes the REST API',
  rest_api_authentication_required: 'a plugin that closes the REST API',
  rest_forbidden_context_all: 'a plugin that closes the REST API',
};

/** Names what turned a request away, where that can be told from its answer; null where it can't. */
export function recogniseBlocker(failure: StoreFailure): Blocker | null {
  if (failure.kind === 'unauthorized' || failure.kind === 'refused' || failure.kind === 'not_found') {
    const name = CODES[failure.code];
    if (name === undefined) return null;
    const solid = PAGES.find((page) => page.name === name);
    return {
      name,
      advice: solid?.advice ?? `In ${name}, let the addresses below /wp-json/wc-dstnc/ and /wp-json/wc/ pass.`,
    };
  }
  if (failure.kind !== 'not_json' && failure.kind !== 'server_error' && failure.kind !== 'throttled') return null;
  if (failure.kind === 'throttled' && UPDATING.test(failure.excerpt)) return null;
  const found = PAGES.find(({ words }) => words.test(failure.excerpt));
  return found === undefined ? null : { name: found.name, advice: found.advice };
}
