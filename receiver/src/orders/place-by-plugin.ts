import { cancelThroughPlugin, findThroughPlugin, placeThroughPlugin } from '../woocommerce/orders/plugin-orders.ts';
import type { StoreClient } from '../woocommerce/store-client.ts';
import { isDraft } from './is-draft.ts';
import { mayHaveRun, UNDER_WAY_MS } from './may-have-run.ts';
import { type OrderRefusal, refusedByPlugin } from './order-refusal.ts';
import { afterFailure, factsOf, inSteps, type Placing, type PlacingEnd, type PlacingStep } from './placing.ts';

/** See {@link placeByPlugin}. */
export interface PluginPlacingOptions extends Placing {
  readonly client: StoreClient;
  readonly backorders: 'deny' | 'allow';
}

/**
 * Places an order through the store's plugin, which has the reference in the shop's own database: however often it is asked, and whatever
 * becomes of its answers, it makes the same one order.
 *
 * @returns `no_plugin`: it doesn't place orders, and has never been asked to for this one
 */
export async function placeByPlugin(placing: PluginPlacingOptions): Promise<PlacingEnd | 'no_plugin'> {
  const { claim, order, status, client, backorders, save, clock } = placing;
  let { progress } = claim;
  let failures = 0;
  let without = false;
  const askedBefore = progress.inDoubt === true;
  if (progress.via === undefined) {
    progress = { ...progress, via: 'plugin' };
  }
  const end = await inSteps(placing.wait, async () => {
    if (progress.unwantedAt !== undefined) return takeBack();
    const before = progress;
    progress = { ...progress, inDoubt: true, createdAt: clock() };
    await save({ progress }, ...(before.inDoubt === true ? [] : ["asked the store's plugin for it"]));
    const answer = await placeThroughPlugin(client, { order, fingerprint: claim.fingerprint, status, backorders });
    switch (answer.kind) {
      case 'done':
        return { kind: 'placed', facts: { ...factsOf(answer.view), progress: { via: 'plugin' } } };
      case 'refused': {
        const refusal = refusedByPlugin(answer.refusal);
        // It may have taken the same order before, when another status or an older plugin was in place.
        if (answer.refusal.code === 'invalid' && (askedBefore || failures > 0)) return made(refusal);
        return { kind: 'refused', refusal, progress: {} };
      }
      case 'in_progress':
        return { kind: 'again', afterMs: answer.retryAfterMs, reason: 'the store is at it', outage: false };
      case 'no_route':
        if (!askedBefore && failures === 0) {
          without = true;
          await save({ progress: {} });
          return { kind: 'waiting', reason: '', afterMs: 0, outage: false };
        }
        return unplugged();
      case 'failure':
        failures += 1;
        if (before.inDoubt !== true && mayHaveRun(answer.failure) === 'no') {
          progress = before;
          await save({ progress });
        }
        return afterFailure(answer.failure, failures);
    }
  });
  return without ? 'no_plugin' : end;

  /** DSTNC doesn't want it any more. What the plugin was asked for last may still be on its way there. */
  async function takeBack(): Promise<PlacingStep> {
    const answer = await cancelThroughPlugin(client, order.reference);
    switch (answer.kind) {
      case 'done':
        return { kind: 'placed', facts: { ...factsOf(answer.view), progress: { via: 'plugin' } } };
      case 'refused': {
        const { code, message } = answer.refusal;
        if (code === 'too_late') {
          const found = await findThroughPlugin(client, order.reference);
          if (found.ok && found.value !== null)
            return { kind: 'placed', facts: { ...factsOf(found.value), progress: { via: 'plugin' } } };
        }
        const asked = progress.createdAt ?? claim.createdAt;
        if (code === 'unknown_order' && clock() - asked >= UNDER_WAY_MS) return { kind: 'withdrawn', progress: {} };
        return { kind: 'again', afterMs: 5_000, reason: message || code, outage: false };
      }
      case 'in_progress':
        return { kind: 'again', afterMs: answer.retryAfterMs, reason: 'the store is at it', outage: false };
      case 'no_route':
        return unplugged();
      case 'failure':
        failures += 1;
        return afterFailure(answer.failure, failures);
    }
  }

  function unplugged(): PlacingStep {
    failures += 1;
    const reason = 'The DSTNC plugin in the shop does not answer, and it may have placed the order: it is asked again.';
    return { kind: 'again', afterMs: 10_000, reason, outage: true };
  }

  async function made(refusal: OrderRefusal): Promise<PlacingStep> {
    const found = await findThroughPlugin(client, order.reference);
    failures += 1;
    if (!found.ok) return afterFailure(found.failure, failures);
    if (found.value === null) return { kind: 'refused', refusal, progress: {} };
    if (isDraft(found.value)) return { kind: 'again', afterMs: 30_000, reason: refusal.detail, outage: true };
    return { kind: 'placed', facts: { ...factsOf(found.value), progress: { via: 'plugin' } } };
  }
}
