/** Where a store's REST API answers, in a form that paths can be put behind. */
export interface RestRoot {
  /** Ends with "/" (`/wp-json/`, `/index.php/wp-json/`, `/wc-api/v3/`), or is the script that takes the route as a parameter. */
  readonly url: URL;
  /** Plain permalinks: the parameter that the route goes into, WordPress's own or the Legacy API's. Null: it goes into the path. */
  readonly inQuery: 'rest_route' | 'wc-api-route' | null;
}

/** The root of a store that didn't name one: WordPress's own, with pretty permalinks. */
export function usualRestRoot(home: URL): RestRoot {
  const url = new URL(home);
  url.pathname = `${home.pathname.replace(/\/+$/, '')}/wp-json/`;
  return { url, inQuery: null };
}

/**
 * Reads a root as WordPress's `get_rest_url()` gives it: `https://shop.example/wp-json/`, `https://shop.example/index.php/wp-json/`,
 * `https://shop.example/index.php?rest_route=/`; or the Legacy API's (see legacy/legacy-root.ts). Anything else in its query is dropped.
 *
 * @returns null for what is no web address
 */
export function readRestRoot(text: string): RestRoot | null {
  const url = URL.parse(text.trim());
  if (url === null || !/^https?:$/.test(url.protocol)) return null;
  const inQuery =
    (['rest_route', 'wc-api-route'] as const).find((parameter) => url.searchParams.has(parameter)) ?? null;
  const version = inQuery === 'wc-api-route' ? url.searchParams.get('wc-api-version') : null;
  url.search = version === null ? '' : `?wc-api-version=${encodeURIComponent(version)}`;
  url.hash = '';
  if (inQuery === null) url.pathname = `${url.pathname.replace(/\/+$/, '')}/`;
  // WordPress itself names the script, too: some servers redirect "/?…" and lose the method. And WooCommerce signs the home's address
  // without its slash, which no client could know.
  else if (url.pathname.endsWith('/')) url.pathname += 'index.php';
  return { url, inQuery };
}

/** A root as it is kept, and as {@link readRestRoot} reads it. */
export function restRootText({ url, inQuery }: RestRoot): string {
  return inQuery === null ? url.href : `${url.href}${url.search === '' ? '?' : '&'}${inQuery}=/`;
}

/** @param path as `wc/v3/products/12` */
export function restAddress({ url, inQuery }: RestRoot, path: string): URL {
  const address = new URL(url);
  const route = path.replace(/^\/+/, '');
  if (inQuery === null) address.pathname += route;
  else address.searchParams.set(inQuery, `/${route}`);
  return address;
}
