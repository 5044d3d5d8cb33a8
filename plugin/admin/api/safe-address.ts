/**
 * An address that the server sent, if it is one to follow: http(s), or relative to wp-admin, where this page lives. Null for
 * anything else (`javascript:` above all).
 */
export function safeAddress(address: string): string | null {
  try {
    const url = new URL(address, window.location.href);
    return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : null;
  } catch {
    return null;
  }
}
