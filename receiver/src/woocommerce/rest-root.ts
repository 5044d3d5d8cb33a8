/** Where a store's REST API answers, in a form that paths can be put behind. */
export interface RestRoot {
  /** Ends with "/" (`/wp-json/`, `/index.php/wp-json/`), or is the script that takes the route as a parameter. */
  readonly url: URL;
  /** Plain permalinks: the route goes into `?rest_route=`. */
  readonly inQuery: boolean;
}

/** The root of a store that didn't name one: WordPress's own, with pretty permalinks. */
export function usualRestRoot(home: URL): RestRoot {
  const url = new URL(home);
  url.pathname = `${home.pathname.replace(/\/+$/, '')}/wp-json/`;
  return { url, inQuery: false };
}

/**
 * Reads a root as WordPress's `get_rest_url()` gives it: `https://shop.example/wp-json/`, `https://shop.example/index.php/wp-json/`,
 * `https://shop.example/index.php?rest_route=/`. Anything else in its query is dropped.
 *
 * @returns null for what is no web address
 */
export function readRestRoot(text: string): RestRoot | null {
  const url = URL.parse(text.trim());
  if (url === null || !/^https?:$/.test(url.protocol)) return null;
  const inQuery = url.searchParams.has('rest_route');
  url.search = '';
  url.hash = '';
  if (!inQuery) url.pathname = `${url.pathname.replace(/\/+$/, '')}/`;
  // WordPress itself names the script, too: some servers redirect "/?…" and lose the method. And WooCommerce signs the home's address
  // without its slash, which no client could know.
  else if (url.pathname.endsWith('/')) url.pathname += 'index.php';
  return { url, inQuery };
}

/** A root as it is kept, and as {@link readRestRoot} reads it. */
export function restRootText({ url, inQuery }: RestRoot): string {
  return inQuery ? `${url.href}?rest_route=/` : url.href;
}

/** @param path as `wc/v3/products/12` */
export function restAddress({ url, inQuery }: RestRoot, path: string): URL {
  const address = new URL(url);
  const route = path.replace(/^\/+/, '');
  if (inQuery) address.searchParams.set('rest_route', `/${route}`);
  else address.pathname += route;
  return address;
}
