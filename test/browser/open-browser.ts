import { type Browser, chromium } from 'playwright-core';
import { findProgram } from '../store/find-program.ts';
import { BrowserUnavailable } from './browser-unavailable.ts';

/** Whether a browser can be started, and otherwise why not, in words for the one who runs the tests. */
export type BrowserAvailability = { readonly available: true } | { readonly available: false; readonly reason: string };

/**
 * Starts the installed Chromium, without a window. It ends with `close()` or with this process.
 * @throws BrowserUnavailable where there is none, or it doesn't start
 */
export async function openBrowser(): Promise<Browser> {
  const executablePath = chromiumPath();
  try {
    return await chromium.launch({
      executablePath,
      // The sandbox needs rights that containers and root don't have; the rest keeps a test's browser from calling home.
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
  } catch (error) {
    throw new BrowserUnavailable(
      `${executablePath} doesn't start: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`,
    );
  }
}

/** For suites: `const browser = await browserAvailability(); describe.skipIf(!browser.available)(…)`. */
export async function browserAvailability(): Promise<BrowserAvailability> {
  try {
    await (await openBrowser()).close();
    return { available: true };
  } catch (error) {
    if (error instanceof BrowserUnavailable) return { available: false, reason: error.message };
    throw error;
  }
}

/** `$CHROMIUM`, or the first one that is installed. */
function chromiumPath(): string {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  try {
    return findProgram(['chromium', 'chromium-browser', 'google-chrome'], 'chromium');
  } catch (error) {
    throw new BrowserUnavailable(error instanceof Error ? error.message : String(error));
  }
}
