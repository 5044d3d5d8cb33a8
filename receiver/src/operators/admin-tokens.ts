/** Who an operator is whose token has no name: there is one alone. */
const NAMELESS = 'operator';

/** Operators' tokens by the operators' names, or what is wrong with them. */
export type AdminTokens =
  | { readonly ok: true; readonly tokens: ReadonlyMap<string, string> }
  | { readonly ok: false; readonly reason: string };

/**
 * Reads `ADMIN_TOKEN`: one token, or `name:token` pairs, comma-separated. The names tell in the log who did what. What is wrong is told
 * without a token in it.
 */
export function adminTokens(text: string): AdminTokens {
  const tokens = new Map<string, string>();
  const parts = text.split(',').map((part) => part.trim());
  for (const part of parts) {
    const named = part.includes(':');
    if (!named && parts.length > 1)
      return { ok: false, reason: 'must be one token, or name:token pairs separated by commas' };
    const name = named ? part.slice(0, part.indexOf(':')) : NAMELESS;
    const token = named ? part.slice(part.indexOf(':') + 1) : part;
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) {
      return {
        ok: false,
        reason: "must name operators by letters, digits, dots, dashes or underscores: 'anna:TOKEN,ci:TOKEN'",
      };
    }
    if (!/^\S{16,}$/.test(token))
      return { ok: false, reason: 'must have 16 characters or more in each token, and no spaces' };
    if (tokens.has(name)) return { ok: false, reason: `must have each name once ("${name}")` };
    if ([...tokens.values()].includes(token))
      return { ok: false, reason: 'must have a token of their own for each name' };
    tokens.set(name, token);
  }
  return { ok: true, tokens };
}
