import { createHash } from 'node:crypto';
import { z } from 'zod';
import { listWebhooks, type StoreWebhook } from './list-webhooks.ts';
import type { StoreAccess } from './store-access.ts';
import type { StoreAnswer } from './store-answer.ts';
import type { StoreClient } from './store-client.ts';
import type { StoreFailure } from './store-failure.ts';

/**
 * What a store without the plugin is asked to tell. Products with their data, which nobody reads where there are keys; of orders their
 * number only, never `order.*`, which would send every shopper's name and address.
 */
export const STORE_TOPICS = [
  'product.created',
  'product.updated',
  'product.deleted',
  'product.restored',
  'action.woocommerce_order_status_completed',
  'action.woocommerce_order_status_cancelled',
  'action.woocommerce_order_status_refunded',
  'action.woocommerce_order_refunded',
] as const;

/** Which webhooks a store is to have, and how it is asked for them. */
export interface WantedWebhooks {
  /** Empty: those that are there are kept alive, and none is made, as where the plugin makes them. */
  readonly topics: readonly string[];
  /** The last part of the address that they deliver to: it is the store's own, wherever the receiver is reached. */
  readonly webhookKey: string;
  /** Where they deliver to. */
  readonly deliveryUrl: string;
  /** Hexadecimal: WooCommerce decodes HTML entities in it before it signs. */
  readonly secret: string;
  /** The store's API; null: nobody has found out yet. */
  readonly api: StoreAccess['api'] | null;
  /** Why the store can't deliver there, in one sentence for people; null: as far as is known it can. */
  readonly hindrance: string | null;
}

/** What is known of a store's webhooks after a look at them; whoever looks keeps it for the next time. */
export interface WebhookState {
  /** Milliseconds since 1970. */
  readonly lookedAt: number;
  /**
   * `active`: all of them. `paused`: somebody in the shop has paused some. `disabled`: WooCommerce has given some up, and they rest before
   * they are switched on again. `none`: there can't be any, and polling has to do.
   */
  readonly kind: 'active' | 'paused' | 'disabled' | 'none';
  /** Which are paused or disabled, or why there can't be any; one sentence for people, `''` where all is well. */
  readonly detail: string;
  /** How often in a row they were switched on, and before when they aren't again (milliseconds since 1970). */
  readonly enabling: { readonly times: number; readonly notBefore: number };
  /** A digest of address and secret that they were given last. */
  readonly given: string;
}

/** What was done to a store's webhooks. */
export interface WebhookWork {
  readonly created: number;
  readonly enabled: number;
  /** Twins of others, and those of this receiver whose topics nobody wants any more. */
  readonly removed: number;
}

/** What came of {@link keepWebhooks}. */
export type WebhookKeeping =
  | {
      readonly ok: true;
      readonly state: WebhookState;
      readonly did: WebhookWork;
      /** Something that was there before was missing or off, so that nobody knows what changed meanwhile: the catalogue is to be compared. */
      readonly doubt: boolean;
    }
  | { readonly ok: false; readonly failure: StoreFailure };

/** Each of them is pinged when it is made, and the shop waits for that. */
const LIMITS = { timeoutMs: 60_000, maxBytes: 4 * 1024 * 1024 };

/** Between two times that a webhook is switched on, doubled with each: what gives it up again has a cause that stays. Milliseconds. */
const REST = { first: 60 * 60_000, longest: 24 * 60 * 60_000 };

/** So that a vendor who finds them in the shop knows whose they are. */
const NAME = 'DSTNC: ';

const NOTHING: WebhookWork = { created: 0, enabled: 0, removed: 0 };

const batchAnswer = z.looseObject({
  create: z
    .array(z.looseObject({ id: z.int().optional(), error: z.looseObject({ code: z.string().optional() }).optional() }))
    .optional(),
});

/**
 * Sees to it that a store has its webhooks, each once and active: makes those that are missing, switches on those that WooCommerce gave up
 * (it does so after the seventh failed delivery in a row, for good), removes twins, and leaves alone what a person has paused. Doing it
 * twice, or in two processes at once, does no harm. Over wc/v3 and wc/v2: older APIs have no webhooks that can be kept like this.
 *
 * @param previous what the last look found; null: there was none
 * @param now milliseconds since 1970
 */
export async function keepWebhooks(
  client: StoreClient,
  wanted: WantedWebhooks,
  { previous, now }: { readonly previous: WebhookState | null; readonly now: number },
): Promise<WebhookKeeping> {
  const api = wanted.api ?? 'wc/v3';
  const given = digestOf(wanted);
  const rested: WebhookState = {
    lookedAt: now,
    kind: 'active',
    detail: '',
    enabling: previous?.enabling ?? { times: 0, notBefore: 0 },
    given,
  };
  const none = (detail: string): WebhookKeeping => ({
    ok: true,
    state: { ...rested, kind: 'none', detail },
    did: NOTHING,
    doubt: false,
  });
  if (wanted.hindrance !== null) return none(wanted.hindrance);
  if (api !== 'wc/v3' && api !== 'wc/v2') {
    return none(
      'This version of WooCommerce has no webhooks that DSTNC could keep: the shop is asked for changes instead.',
    );
  }

  const listed = await listWebhooks(client, api, wanted.webhookKey);
  if (!listed.ok) return mayNot(listed.failure) ? none(refusal(listed.failure)) : listed;
  const plan = planFor(wanted, listed.webhooks, previous?.given === given);
  const off = plan.held.filter(({ status }) => status === 'disabled');
  const paused = plan.held.filter(({ status }) => status === 'paused');
  const isRested = now >= rested.enabling.notBefore || previous === null;
  const enable = isRested ? off : [];
  const update = [
    ...enable.map(({ id }) => ({ id, status: 'active' })),
    ...plan.renew.map(({ id }) => ({ id, delivery_url: wanted.deliveryUrl, secret: wanted.secret })),
  ];
  const answer = await send(client, api, {
    create: plan.missing.map((topic) => ({
      name: `${NAME}${topic}`,
      topic,
      delivery_url: wanted.deliveryUrl,
      secret: wanted.secret,
    })),
    update: mergeById(update),
    delete: plan.excess.map(({ id }) => id),
  });
  if (answer !== null && !answer.ok) return mayNot(answer.failure) ? none(refusal(answer.failure)) : answer;
  const refused = answer === null ? null : refusedOf(answer.body);
  if (refused !== null) return none(`The shop refuses to make webhooks (${refused}): it is asked for changes instead.`);

  // While they rest nothing new is learnt, and polls and the daily comparison go on.
  const gap = plan.missing.length > 0 || enable.length > 0 || (off.length > 0 && previous?.kind !== 'disabled');
  return {
    ok: true,
    state: { ...rested, ...standing({ off, paused, enable }), enabling: enablingAfter({ rested, off, enable, now }) },
    did: { created: plan.missing.length, enabled: enable.length, removed: plan.excess.length },
    doubt: previous !== null && previous.kind !== 'none' && gap,
  };
}

interface Plan {
  /** One of each wanted topic or, where none is wanted, all. */
  readonly held: readonly StoreWebhook[];
  readonly missing: readonly string[];
  readonly excess: readonly StoreWebhook[];
  /** Those that have to be told where to deliver to, and what to sign with. */
  readonly renew: readonly StoreWebhook[];
}

function planFor({ topics, deliveryUrl }: WantedWebhooks, found: readonly StoreWebhook[], isGiven: boolean): Plan {
  if (topics.length === 0) return { held: found, missing: [], excess: [], renew: [] };
  const held = new Map<string, StoreWebhook>();
  // Of twins the one that works stays, and of those the oldest.
  const order = { active: 0, paused: 1, disabled: 2 } as Readonly<Record<string, number>>;
  const best = [...found].sort((a, b) => (order[a.status] ?? 3) - (order[b.status] ?? 3) || a.id - b.id);
  for (const webhook of best) {
    if (topics.includes(webhook.topic) && !held.has(webhook.topic)) held.set(webhook.topic, webhook);
  }
  const kept = [...held.values()];
  return {
    held: kept,
    missing: topics.filter((topic) => !held.has(topic)),
    // What somebody has made by hand for another topic is theirs.
    excess: found.filter((one) => {
      const kept = held.get(one.topic);
      return kept === undefined ? one.name.startsWith(NAME) : kept.id !== one.id;
    }),
    // Their secrets can't be read: what they have is known only if this receiver gave it to them.
    renew: kept.filter((one) => !isGiven || one.deliveryUrl !== deliveryUrl),
  };
}

interface Batch {
  readonly create: readonly object[];
  readonly update: readonly object[];
  readonly delete: readonly number[];
}

/** @returns null: there was nothing to do */
async function send(client: StoreClient, api: string, batch: Batch): Promise<StoreAnswer | null> {
  const { create, update, delete: gone } = batch;
  if (create.length + update.length + gone.length === 0) return null;
  return client.post(`${api}/webhooks/batch`, batch, LIMITS);
}

/** WooCommerce does the updates of one id one after the other, and each is a save. */
function mergeById(changes: readonly { readonly id: number }[]): readonly object[] {
  const merged = new Map<number, object>();
  for (const change of changes) merged.set(change.id, { ...merged.get(change.id), ...change });
  return [...merged.values()];
}

/** The code with which WooCommerce refused to make one of them; null: it made all. */
function refusedOf(body: unknown): string | null {
  const read = batchAnswer.safeParse(body);
  const failed = read.success ? read.data.create?.find(({ error }) => error !== undefined) : undefined;
  const code = failed?.error?.code ?? 'no reason given';
  return failed === undefined ? null : /^[\w.:-]{1,100}$/.test(code) ? code : 'no reason given';
}

function standing({
  off,
  paused,
  enable,
}: Record<'off' | 'paused' | 'enable', readonly StoreWebhook[]>): Pick<WebhookState, 'kind' | 'detail'> {
  const names = (webhooks: readonly StoreWebhook[]) => webhooks.map(({ name, id }) => `"${name}" (${id})`).join(', ');
  if (off.length > enable.length) {
    return { kind: 'disabled', detail: `WooCommerce has given up ${names(off)}; they are switched on again later.` };
  }
  if (paused.length > 0) return { kind: 'paused', detail: `Somebody has paused ${names(paused)} in the shop.` };
  return { kind: 'active', detail: '' };
}

function enablingAfter({
  rested: { enabling },
  off,
  enable,
  now,
}: {
  rested: WebhookState;
  off: readonly StoreWebhook[];
  enable: readonly StoreWebhook[];
  now: number;
}): WebhookState['enabling'] {
  if (enable.length > 0) {
    const rest = Math.min(REST.first * 2 ** enabling.times, REST.longest);
    return { times: enabling.times + 1, notBefore: now + rest };
  }
  // Seen well after the rest: what gave them up is over.
  return off.length === 0 && now >= enabling.notBefore ? { times: 0, notBefore: 0 } : enabling;
}

/** Not now or not ever? A key that isn't accepted is another matter, and told where it is used for more than this. */
function mayNot(failure: StoreFailure): boolean {
  if (failure.kind === 'unauthorized') return failure.status === 403 || /cannot_/.test(failure.code);
  return failure.kind === 'refused' || (failure.kind === 'not_found' && !failure.retryable);
}

function refusal({ message }: StoreFailure): string {
  return `The shop doesn't let DSTNC keep webhooks: it is asked for changes instead. ${message}`;
}

function digestOf({ deliveryUrl, secret }: WantedWebhooks): string {
  return createHash('sha256').update(`${deliveryUrl}\n${secret}`).digest('base64url');
}
