import type { ApiVersion } from '../store-access.ts';

/** A version of the Legacy API. */
export type LegacyVersion = Extract<ApiVersion, `legacy/${string}`>;

/** The root of one version of the Legacy API. @param root as "/wc-api/", or as "/index.php?wc-api-route=/" */
export function legacyRoot(home: string, root: string, api: LegacyVersion): string {
  const version = api.replace('legacy/', '');
  return root.includes('?')
    ? `${home}${root.replace('?', `?wc-api-version=${version.slice(1)}&`)}`
    : `${home}${root}${version}/`;
}
