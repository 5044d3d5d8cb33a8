import { type OrderIn, sameDecimal } from '@dstnc/shared';
import type { PlacingProgress } from '../storage/order-rows.ts';
import type { FoundOrder, OrderApi, StoredOrder } from '../woocommerce/orders/order-api.ts';
import type { StoreFailure } from '../woocommerce/store-failure.ts';
import type { OrderCheck } from './check-order.ts';
import { clearDrafts } from './clear-drafts.ts';
import { correctTotals } from './correct-totals.ts';
import { isDraft } from './is-draft.ts';
import { mayHaveRun, UNDER_WAY_MS } from './may-have-run.ts';
import {
  type OrderRefusal,
  refusedByStore,
  statusRefused,
  totalDiffers,
  unfinished,
  wrongCurrency,
} from './order-refusal.ts';
import { afterFailure, inSteps, NEXT, type Placing, type PlacingEnd, type PlacingStep } from './placing.ts';

/** How long what the store is still at is left alone, in milliseconds. */
const AT_IT_MS = 5_000;
/** Drafts that the store may begin and not end before the order is refused. */
const HALVES = 2;

/** When orders that came into being late are looked for, in milliseconds after the order was placed. */
export const LOOKS_MS = [5 * 60_000, 60 * 60_000] as const;

/** See {@link placeByApi}. */
export interface ApiPlacingOptions extends Placing {
  readonly api: OrderApi;
  readonly via: 'api' | 'legacy';
  /** In place of the shopper's address. */
  readonly email: string;
  /** Whether all that is ordered can be bought now. */
  check(): Promise<OrderCheck>;
}

/**
 * Places an order in a store without the plugin, over a REST API that knows no idempotency: a request that timed out may still be running,
 * so looking for its order before trying again proves nothing.
 *
 * Orders are therefore made as `pending`, which takes no stock and mails nobody, as many as it takes. All that carry the reference are
 * found by their ids, which are higher than any before the first try. One of them is chosen, which is written down before anything else;
 * that one alone is promoted, and the others are deleted, those that come late as well: see stragglers.ts. Each step is written down
 * before it is taken, so that another process can go on from there.
 */
export async function placeByApi(placing: ApiPlacingOptions): Promise<PlacingEnd> {
  const { claim, order, status, api, clock, save } = placing;
  let progress: PlacingProgress = { ...claim.progress, via: placing.via };
  let failures = 0;
  /** The order as the store has just described it; undefined: it has to be read. */
  let fresh: StoredOrder | undefined;

  async function note(
    change: { [Key in keyof PlacingProgress]: PlacingProgress[Key] | undefined },
    what?: string,
  ): Promise<void> {
    progress = JSON.parse(JSON.stringify({ ...progress, ...change })) as PlacingProgress;
    await save({ progress, ...(progress.chosen !== undefined && { storeOrderId: progress.chosen }) }, what);
  }

  function failed(failure: StoreFailure): PlacingStep {
    failures += 1;
    return afterFailure(failure, failures);
  }

  async function step(): Promise<PlacingStep> {
    if (progress.baseline === undefined) {
      const newest = await api.newestId();
      if (!newest.ok) return failed(newest.failure);
      await note({ baseline: newest.value });
    }
    // Whether it was promoted is found out first: then it can only be cancelled.
    if (progress.unwantedAt !== undefined && progress.promotedAt === undefined) return takeBack(null);
    if (progress.removing !== undefined) return takeBack(progress.removing);
    return progress.chosen === undefined ? makeOne() : promote(progress.chosen);
  }

  async function makeOne(): Promise<PlacingStep> {
    if (progress.createdAt !== undefined) {
      const found = await find();
      if (!found.ok) return failed(found.failure);
      if (found.value.length > 0) return choose(found.value);
    }
    const unfit = await check();
    if (unfit !== null) return unfit;
    const { createdAt, unansweredAt, inDoubt = false } = progress;
    const now = clock();
    await note({ createdAt: now, unansweredAt: now, inDoubt: true }, 'asked the store for it');
    const made = await api.create({ order, email: placing.email });
    if (made.ok) {
      if (inDoubt) {
        await note({ unansweredAt });
        const found = await find();
        if (!found.ok) return failed(found.failure);
        // A shop whose list doesn't show its drafts would else be asked for one after the other.
        const others = found.value.filter(({ id }) => id !== made.value.id);
        return choose([...others, made.value].sort((a, b) => a.id - b.id));
      }
      fresh = made.value;
      await note({ unansweredAt, inDoubt: false, chosen: made.value.id }, `the store has made order ${made.value.id}`);
      return NEXT;
    }
    switch (mayHaveRun(made.failure)) {
      case 'no':
        // As if it had not been asked.
        await note({ createdAt, unansweredAt, inDoubt });
        return failed(made.failure);
      case 'over':
        // It may have left an order, or half of one, but writes no more.
        await note({ unansweredAt });
        if (made.failure.kind !== 'refused') return failed(made.failure);
        // WooCommerce leaves half of an order behind where it stumbles over a line of it.
        await note({ removing: refusedByStore(made.failure.code) });
        return NEXT;
      case 'maybe':
        return failed(made.failure);
    }
  }

  /**
   * Whether all of it can be had. A draft of ours holds no stock, so nothing that is missing is missing because of this order, until it is
   * promoted. Half of one by the plugin does: see clear-drafts.ts.
   *
   * @returns null: it can
   */
  async function check(): Promise<PlacingStep | null> {
    const said = await placing.check();
    if (said.kind === 'fine') return null;
    if (said.kind === 'failure') {
      const { reason: message, retryAfterMs } = said;
      return failed({
        kind: 'mismatch',
        message,
        retryable: true,
        ...(retryAfterMs !== undefined && { retryAfterMs }),
      });
    }
    if (progress.createdAt === undefined) return { kind: 'refused', refusal: said.refusal, progress: {} };
    await note({ removing: said.refusal });
    return NEXT;
  }

  const find = () => api.find(order.reference, progress);

  /** One that was promoted already, by whoever was at this before; else the one with the lowest id. */
  async function choose(found: readonly FoundOrder[]): Promise<PlacingStep> {
    const chosen = found.find((one) => !isDraft(one)) ?? found[0];
    if (chosen === undefined) return NEXT;
    await note({ chosen: chosen.id }, `the store has made order ${chosen.id}`);
    return NEXT;
  }

  async function promote(id: number): Promise<PlacingStep> {
    const made = fresh;
    fresh = undefined;
    const read = made === undefined ? await api.read(id) : { ok: true as const, value: made };
    if (!read.ok) return failed(read.failure);
    const stored = read.value;
    if (stored === null) {
      // Somebody in the shop has deleted it before it was an order that anybody could see as one.
      if (progress.promotedAt === undefined) {
        await note({ chosen: undefined, inDoubt: true });
        return failed({ kind: 'mismatch', message: `Order ${id} was deleted in the store.`, retryable: true });
      }
      return { kind: 'placed', facts: { storeOrderId: id, status: 'trash', progress } };
    }
    if (!isDraft(stored)) return placed(stored);
    if (stored.currency !== '' && stored.currency !== order.currency) {
      await note({ removing: wrongCurrency(order.currency, stored.currency) });
      return NEXT;
    }
    const asked = progress.promotedAt;
    if (asked === undefined && !sameDecimal(stored.total, order.total)) return isUnderWay() ? AT_IT : correct(stored);
    if (asked === undefined && made === undefined && progress.halfByPlugin !== true) {
      // It may have been made long ago, and what it takes may have been sold since.
      const unfit = await check();
      if (unfit !== null) return unfit;
    }
    if (asked !== undefined && clock() - asked < UNDER_WAY_MS) {
      return { kind: 'again', afterMs: 1_000, reason: 'the store may still be taking the stock', outage: false };
    }
    if (progress.unwantedAt !== undefined) {
      await note({ promotedAt: undefined });
      return NEXT;
    }
    await note({ promotedAt: clock() });
    const done = await api.promote(id, status, placing.email);
    if (done.ok) {
      if (!isDraft(done.value)) return placed(done.value);
      await note({ promotedAt: undefined });
      return failed({ kind: 'mismatch', message: `The store leaves order ${id} pending.`, retryable: true });
    }
    const ran = mayHaveRun(done.failure);
    if (ran === 'maybe') return failed(done.failure);
    if (ran === 'no') {
      await note({ promotedAt: undefined });
      return failed(done.failure);
    }
    // It is over: what it has not done by now it won't do.
    const after = await api.read(id);
    if (after.ok && after.value !== null) {
      if (!isDraft(after.value)) return placed(after.value);
      if (done.failure.kind === 'refused') {
        await note({ promotedAt: undefined, removing: statusRefused(status, done.failure.code) });
        return NEXT;
      }
      await note({ promotedAt: undefined });
    }
    return failed(done.failure);
  }

  /** Whether the store may still be writing what it was asked to make. WooCommerce saves an order first, and its lines and totals after. */
  function isUnderWay(): boolean {
    return progress.unansweredAt !== undefined && clock() - progress.unansweredAt < UNDER_WAY_MS;
  }

  async function correct(stored: StoredOrder): Promise<PlacingStep> {
    if (progress.inDoubt === true && isHalf(stored, order)) return giveUpHalf(stored.id);
    const lines = progress.corrected === true ? null : correctTotals(order, stored);
    if (lines === null) {
      await note({ removing: totalDiffers(order.total, inCents(stored.total, order.total)) });
      return NEXT;
    }
    const answer = await api.correct(stored.id, lines);
    // Another time does no harm: it sets the same totals again.
    if (!answer.ok) {
      if (answer.failure.kind !== 'refused') return failed(answer.failure);
      await note({ removing: refusedByStore(answer.failure.code) });
      return NEXT;
    }
    fresh = answer.value;
    await note(
      { corrected: true },
      `the store's taxes made ${inCents(stored.total, order.total)} of it; its net totals were corrected`,
    );
    return NEXT;
  }

  /** PHP has died over it: it never gets its lines. */
  async function giveUpHalf(id: number): Promise<PlacingStep> {
    const halves = (progress.halves ?? 0) + 1;
    if (halves > HALVES) {
      await note({ removing: unfinished(halves) });
      return NEXT;
    }
    const removed = await clearDrafts(api, progress, [id]);
    if (!removed.ok) return failed(removed.failure);
    await note({ halves, chosen: undefined }, `the store has not ended order ${id}: it is removed`);
    return NEXT;
  }

  async function placed(stored: StoredOrder): Promise<PlacingStep> {
    const inDoubt = progress.inDoubt ?? false;
    if (inDoubt) {
      // What isn't found or deleted now is looked for again later.
      const found = await find();
      const others = found.ok ? found.value.filter((one) => one.id !== stored.id && isDraft(one)) : [];
      await clearDrafts(
        api,
        progress,
        others.map(({ id }) => id),
      );
    }
    const looks = inDoubt ? LOOKS_MS.map((ms) => clock() + ms) : [];
    return {
      kind: 'placed',
      facts: {
        storeOrderId: stored.id,
        storeOrderNumber: stored.number || String(stored.id),
        status: stored.status,
        progress: { ...progress, looks },
      },
    };
  }

  /** @param refusal null: DSTNC doesn't want it any more */
  async function takeBack(refusal: OrderRefusal | null): Promise<PlacingStep> {
    const found = await find();
    if (!found.ok) return failed(found.failure);
    const live = found.value.find((one) => !isDraft(one));
    if (live !== undefined) {
      // Somebody in the shop has made an order of it, or it was cancelled just now: that is what has become of it.
      await note({ removing: undefined, chosen: live.id });
      return promote(live.id);
    }
    const drafts = found.value.map(({ id }) => id);
    if (drafts.length > 0) {
      const removed = await clearDrafts(api, progress, drafts);
      if (!removed.ok) return failed(removed.failure);
      // Whether they are gone is seen, not believed.
      failures += 1;
      return failures > 20
        ? failed({ kind: 'mismatch', message: 'The store does not delete orders.', retryable: true })
        : NEXT;
    }
    if (!progress.inDoubt) return ended({});
    // One that was asked for without an answer may still come: what it is to be known by is kept.
    const { via, baseline, since, createdAt, inDoubt, halfByPlugin } = progress;
    const known = JSON.parse(
      JSON.stringify({ via, baseline, since, createdAt, inDoubt, halfByPlugin }),
    ) as PlacingProgress;
    return ended({ ...known, looks: LOOKS_MS.map((ms) => clock() + ms) });

    function ended(kept: PlacingProgress): PlacingStep {
      return refusal === null ? { kind: 'withdrawn', progress: kept } : { kind: 'refused', refusal, progress: kept };
    }
  }

  return inSteps(placing.wait, step);
}

const AT_IT: PlacingStep = {
  kind: 'again',
  afterMs: AT_IT_MS,
  reason: 'the store may still be writing it',
  outage: false,
};

/** Whether it has fewer lines than were asked for. */
function isHalf({ lines, shipping }: StoredOrder, order: Pick<OrderIn, 'lines' | 'shippingLines'>): boolean {
  return lines.length < order.lines.length || shipping.length < order.shippingLines.length;
}

/** WooCommerce's figure with as many digits as DSTNC's has. */
function inCents(got: string, wanted: string): string {
  const places = /\.(\d+)$/.exec(wanted)?.[1]?.length ?? 0;
  const [whole = '0', part = ''] = got.split('.');
  const digits = part.replace(/0+$/, '').padEnd(places, '0');
  return digits === '' ? whole : `${whole}.${digits}`;
}
