/** A delivery's body as text and, if it is JSON (then `text` is, too), what it says. */
export interface DeliveryBody {
  readonly text: string;
  /** Undefined: not JSON. */
  readonly json: unknown;
}

/**
 * Decodes a body. Bytes that aren't UTF-8 become U+FFFD: one broken character in a name must not hold up a stock change. Control
 * characters inside strings, which JSON forbids and broken plugins send, are escaped and read all the same.
 */
export function readBody(body: Buffer): DeliveryBody {
  const text = body.toString('utf8').replace(/^\uFEFF/, '');
  const json = parse(text);
  if (json !== undefined) return { text, json };
  const escaped = escapeControls(text);
  const second = parse(escaped);
  return { text: second === undefined ? text : escaped, json: second };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Only inside strings: between tokens a line break is just that. */
function escapeControls(text: string): string {
  let inside = false;
  return text.replaceAll(/\\.|"|\p{Cc}/gsu, (found) => {
    if (found === '"') inside = !inside;
    return inside && /^\p{Cc}$/u.test(found) ? `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}` : found;
  });
}
