import { z } from 'zod';

/** An answer of wc/v3 as the store gave it, without its headers. */
export const recordedAnswer = z.strictObject({
  status: z.int(),
  body: z.json(),
});

/** First line: which store it was, and how it was reached. */
export const recordedManifest = z.strictObject({
  kind: z.literal('manifest'),
  /** The file's name without its ending. */
  scenario: z.string(),
  title: z.string(),
  woocommerce: z.string(),
  wordpress: z.string(),
  php: z.string(),
  /** Whether orders were in HPOS tables; null where the version has none. */
  hpos: z.boolean().nullable(),
  home: z.url(),
  webhookSecret: z.string(),
  consumerKey: z.string(),
  consumerSecret: z.string(),
  currency: z.string(),
  recordedAt: z.iso.datetime(),
  /** What brings a receiver to the end state: the recorded deliveries, or only a sweep, as the store sends too little. */
  converges: z.enum(['webhooks', 'sweep']),
  steps: z.array(z.strictObject({ step: z.int(), what: z.string() })),
});

/** The store's answers after a step, by their path below wc/v3: only those that differ from the step before. */
export const recordedStep = z.strictObject({
  kind: z.literal('step'),
  /** 0 is the store before any action. */
  step: z.int(),
  at: z.iso.datetime(),
  what: z.string(),
  answers: z.record(z.string(), recordedAnswer),
});

/** A request that the store sent in a step, byte for byte, pings included. */
export const recordedDelivery = z.strictObject({
  kind: z.literal('delivery'),
  step: z.int(),
  at: z.iso.datetime(),
  /** Name and value as received. */
  headers: z.array(z.tuple([z.string(), z.string()])),
  body: z.string(),
  /** The body where it is not valid UTF-8; `body` is then its readable remains. */
  bodyBase64: z.base64().optional(),
});

const answeredProduct = z.looseObject({
  id: z.int(),
  type: z.string(),
  status: z.string(),
  variations: z.array(z.int()),
});
const answeredVariation = z.looseObject({ id: z.int() });

/** Last line: what the store holds at the end, drafts, private ones and the trash included. */
export const recordedEnd = z.strictObject({
  kind: z.literal('end'),
  state: z.strictObject({
    products: z.array(answeredProduct),
    /** By the parent's id. */
    variations: z.record(z.string(), z.array(answeredVariation)),
  }),
});

/** A line of a recording. */
export const recordedLine = z.discriminatedUnion('kind', [
  recordedManifest,
  recordedStep,
  recordedDelivery,
  recordedEnd,
]);

export type RecordedAnswer = z.infer<typeof recordedAnswer>;
export type RecordedManifest = z.infer<typeof recordedManifest>;
export type RecordedStep = z.infer<typeof recordedStep>;
export type RecordedDelivery = z.infer<typeof recordedDelivery>;
export type RecordedEnd = z.infer<typeof recordedEnd>;
export type RecordedLine = z.infer<typeof recordedLine>;

/** A whole recording: what a store answered and sent while a scenario was played. */
export interface Recording {
  readonly manifest: RecordedManifest;
  readonly steps: readonly RecordedStep[];
  readonly deliveries: readonly RecordedDelivery[];
  readonly end: RecordedEnd;
}
