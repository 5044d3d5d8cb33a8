import type { Check } from '@dstnc/shared';
import type { Store } from '../stores/store.ts';
import type { DoctorTools } from './doctor-tools.ts';
import { doubtfulSince, examineOrders } from './examine-orders.ts';
import { fine, unclear, wrong } from './make-check.ts';

/** What waits longer than this is stuck, in milliseconds. */
const STUCK_MS = 5 * 60_000;

/** What the receiver knows of a store by itself: what has arrived, what waits, and what DSTNC refuses. */
export async function examineWork(
  { storage, targetDown, heardAt, clock }: Pick<DoctorTools, 'storage' | 'targetDown' | 'heardAt' | 'clock'>,
  store: Store,
): Promise<Check[]> {
  const now = clock();
  const [heard, last, backlog, letters, doubtful] = await Promise.all([
    store.credentials === null ? undefined : heardAt?.(store.id),
    storage.lastDelivery(store.id),
    storage.groups.backlog(store.id),
    storage.deadLetters.list(store.id),
    store.credentials === null ? null : storage.orders.doubtful(store.id, doubtfulSince(now)),
  ]);
  const refused = letters.filter(({ kind }) => kind === 'rejection');
  const down = targetDown?.() ?? null;
  const { import: walk, flags } = store;
  const checks = [notifications(store, last, now)];
  if (heard !== undefined) checks.push(polling(store, heard, now));
  if (flags.clone) {
    checks.push(
      wrong('copies', 'warning', {
        title: 'A copy of your shop sends notifications to DSTNC.',
        detail: flags.clone.detail,
        why: 'DSTNC ignores what the copy says, but each of its notifications costs your shop a question.',
        advice: 'Remove the plugin, or the webhooks, from the copy.',
      }),
    );
  }
  if (walk !== null && walk.walkedAt === null && walk.waitingFor !== null) {
    checks.push(
      wrong('import', 'problem', {
        title: 'The import of your catalogue is stuck.',
        detail: `${walk.walked} of ${Math.max(walk.total, walk.walked)} products so far.`,
        why: 'Products that are not imported appear only once they change.',
        advice: 'It goes on by itself once the problem above is solved.',
        technical: walk.waitingFor,
      }),
    );
  }
  const stuck = backlog.oldestMarkedAt !== null && now - backlog.oldestMarkedAt > STUCK_MS;
  checks.push(
    stuck
      ? wrong('waiting', 'warning', {
          title: `${backlog.dirty} of your products wait to be brought up to date on DSTNC.`,
          detail: `The oldest since ${new Date(backlog.oldestMarkedAt ?? now).toISOString()}.`,
          why: 'DSTNC shows their state from before.',
          advice: 'Solve what else is wrong here; if nothing is, tell DSTNC.',
        })
      : fine('waiting', 'Nothing of your shop waits for long.'),
  );
  if (refused.length > 0) {
    checks.push(
      wrong('refused', 'warning', {
        title: `DSTNC refuses ${refused.length} of your products.`,
        detail: refused
          .slice(0, 3)
          .map(({ subject, reason }) => `${subject}: ${reason.slice(0, 200)}`)
          .join(' · '),
        why: 'They are not sold on DSTNC in their present state.',
        advice: 'Look the products up on the DSTNC page, and correct what it says there.',
      }),
    );
  }
  if (doubtful !== null) checks.push(...examineOrders(doubtful, now));
  if (targetDown !== undefined) {
    checks.push(
      down === null
        ? fine('dstnc', 'DSTNC takes your changes.')
        : wrong('dstnc', 'problem', {
            title: 'DSTNC itself has a problem.',
            detail: `Since ${new Date(down.since).toISOString()}.`,
            why: 'Changes wait until it is solved; nothing is lost.',
            advice: 'There is nothing that you have to do.',
            technical: down.reason,
          }),
    );
  }
  return checks;
}

function notifications({ flags }: Store, last: number | null, now: number): Check {
  if (flags.webhook_user) {
    return wrong('notifications', 'problem', {
      title: "Your shop's notifications say nothing, as their user is gone.",
      detail: flags.webhook_user.detail,
      why: 'DSTNC learns of changes late.',
      advice: 'On the DSTNC page, choose More > Repair.',
    });
  }
  if (last === null) return unclear('notifications', 'No notification of your shop has come in the last days.');
  return fine('notifications', 'Notifications of your shop arrive.', `The last one came ${ago(now - last)} ago.`);
}

/** Changes that nobody tells of are found by asking. */
function polling({ settings }: Store, heard: number | null, now: number): Check {
  const title = 'DSTNC asks your shop for changes regularly.';
  if (heard === null) return unclear('polling', 'DSTNC has not asked your shop for changes yet.');
  if (now - heard <= settings.staleAfter * 1000)
    return fine('polling', title, `The last time was ${ago(now - heard)} ago.`);
  return wrong('polling', 'problem', {
    title: `DSTNC has not heard of your shop for ${ago(now - heard)}.`,
    detail: `The last answer came at ${new Date(heard).toISOString()}.`,
    why: 'What was sold or changed since then may be missing on DSTNC.',
    advice: 'Solve what else is wrong here; if nothing is, tell DSTNC.',
  });
}

function ago(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}
