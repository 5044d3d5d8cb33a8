/** No browser can be started here. The message says what to install. */
export class BrowserUnavailable extends Error {
  readonly type = 'browser_unavailable';
  override readonly name = 'BrowserUnavailable';
}
