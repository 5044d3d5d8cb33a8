/** What PHP prints where its messages are shown, as HTML or plain. A fatal error isn't among them: what it left is no whole answer. */
const MESSAGE = /(?:Warning|Notice|Deprecated|Strict Standards)(?:<\/b>)?:\s/;
const FATAL = /(?:Fatal|Parse) error(?:<\/b>)?:/;

/** How much may stand before or behind the JSON, in characters, and how many of its brackets are tried. */
const LONGEST = 64 * 1024;
const MOST_TRIES = 20;

/**
 * Finds the JSON in an answer that PHP's own warnings stand before or behind, as in shops that show them.
 *
 * @returns null where that isn't what is wrong with it
 */
export function stripWarnings(text: string): { readonly body: unknown } | null {
  const trimmed = text.trim();
  for (const start of starts(trimmed)) {
    for (const end of ends(trimmed)) {
      const around = `${trimmed.slice(0, start)}\n${trimmed.slice(end)}`;
      if (end <= start || !MESSAGE.test(around) || FATAL.test(around)) continue;
      try {
        const body: unknown = JSON.parse(trimmed.slice(start, end));
        // A bracket of the warning itself, as in "[12]", is no answer.
        if (body !== null && typeof body === 'object' && isWhole(trimmed, start)) return { body };
      } catch {
        // Not this one.
      }
    }
  }
  return null;
}

/** Where the JSON may begin. */
function starts(text: string): number[] {
  const found = [...text.slice(0, LONGEST).matchAll(/[[{]/g)].map(({ index }) => index);
  return found.slice(0, MOST_TRIES);
}

/** Where the JSON may end: at the end, or at a bracket near it. */
function ends(text: string): number[] {
  const from = Math.max(0, text.length - LONGEST);
  const found = [...text.slice(from).matchAll(/[\]}](?=[^\]}]*[<A-Z])/g)].map(({ index }) => from + index + 1);
  return [text.length, ...found.reverse().slice(0, 3)];
}

/** JSON is printed at a line's beginning, or right behind a message. */
function isWhole(text: string, start: number): boolean {
  return start === 0 || /(?:\n|>|\d)\s*$/.test(text.slice(Math.max(0, start - 20), start));
}
