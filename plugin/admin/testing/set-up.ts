import { cleanup, configure } from '@testing-library/react';
import { afterEach, beforeEach, vi } from 'vitest';

// What jsdom lacks and @wordpress/components looks for.
window.matchMedia ??= vi.fn().mockImplementation((query: string) => ({
  matches: false,
  media: query,
  addListener: vi.fn(),
  removeListener: vi.fn(),
  addEventListener: vi.fn(),
  removeEventListener: vi.fn(),
}));
window.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};
Element.prototype.scrollIntoView ??= () => {};

// What is spoken to screen readers says again what the page shows.
configure({ defaultIgnore: 'script, style, .a11y-speak-region', asyncUtilTimeout: 10_000 });

beforeEach(() => {
  document.documentElement.lang = 'en-GB';
});
afterEach(cleanup);
