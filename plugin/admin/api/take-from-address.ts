/**
 * What the link that led here carries, and takes it out of the address bar at once: a connection code is a key until it was
 * used, and must not stay in the browser's history, in a screenshot, or in a referrer; and a reload is to show the page as it
 * is. Empty if the link has none.
 */
export function takeFromAddress(name: 'code' | 'product'): string {
  const address = new URL(window.location.href);
  const value = address.searchParams.get(name);
  if (value === null) return '';
  address.searchParams.delete(name);
  window.history.replaceState(window.history.state, '', address);
  return value.replace(/\s+/g, '');
}
