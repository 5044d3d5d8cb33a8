import type { Check } from '@dstnc/shared';
import { plainText } from '../catalog/plain-text.ts';
import type { ShopPlugin } from '../storage/storage.ts';
import { fine, unclear, wrong } from './make-check.ts';

/** For how long a plugin counts as new, in milliseconds: what has run beside DSTNC for so long is not what broke it. */
const NEW_MS = 30 * 24 * 60 * 60_000;

/** Named at most; who adds more at once moves to another shop. */
const MOST_NAMED = 5;

const ID = 'new_plugins';

/**
 * "It connected once and doesn't now: were new plugins installed?" (vendor documentation, tips).
 *
 * @param known what is known to run in the shop, as it was seen last
 * @param troubled whether something else about the shop is wrong: only then is a new plugin more than news
 */
export function examineNewPlugins(
  known: readonly ShopPlugin[],
  { troubled, now }: { readonly troubled: boolean; readonly now: number },
): Check {
  if (known.length === 0) return unclear(ID, "Whether plugins were installed lately can't be told yet.");
  const added = known
    .flatMap(({ name, file, firstSeenAt }) => (firstSeenAt === null ? [] : [{ name: name || file, at: firstSeenAt }]))
    .filter(({ at }) => now - at < NEW_MS)
    .sort((one, other) => other.at - one.at);
  if (added.length === 0) return fine(ID, 'No plugin was installed lately.');
  const named = added.slice(0, MOST_NAMED).map(({ name, at }) => `${plainText(name.slice(0, 80))} (${day(at)})`);
  const more = added.length > MOST_NAMED ? ` and ${added.length - MOST_NAMED} more` : '';
  const detail = `Seen for the first time: ${named.join(', ')}${more}.`;
  if (!troubled) return fine(ID, 'Plugins were installed lately, and it still works.', detail);
  return wrong(ID, 'warning', {
    title: 'Plugins were installed lately.',
    detail,
    why: 'If it worked before, what changed since is the first to look at.',
    advice:
      'If the trouble began then, switch that plugin off for a moment and check again. What was installed since DSTNC last got through is not in this list.',
  });
}

/** "3 November 2026", in UTC. */
function day(at: number): string {
  return new Date(at).toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
}
