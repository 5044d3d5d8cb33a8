import type { Store } from '../store/store.ts';

/** What a scenario plays with. */
export interface Stage {
  readonly store: Store;
  /** The address that webhooks are recorded at, and the secret of all of them. */
  readonly webhookUrl: string;
  readonly webhookSecret: string;
  /**
   * Does something to the store, delivers what the store queued, and records both that and the store's answers.
   * @param what what is done, in the past tense, for people
   */
  step(what: string, action: () => Promise<unknown>): Promise<void>;
  /** A call of wc/v3 as the administrator that has to succeed; gives the body. */
  // biome-ignore lint/suspicious/noExplicitAny: the answers of wc/v3 have no type.
  wc(method: string, path: string, body?: unknown): Promise<any>;
  /** Records the answers for this id too, though it is no product. */
  watchProduct(id: number): void;
  /** Records the answers for this path below wc/v3, too. */
  watchPath(path: string): void;
}

/** One thing that happens in a store, to be recorded in each version. */
export interface Scenario {
  /** The file's name without its ending. */
  readonly name: string;
  readonly title: string;
  /** See the manifest's field of this name. */
  readonly converges: 'webhooks' | 'sweep';
  /** High-Performance Order Storage; by default on where there is any. `needsHpos`: skip versions without. */
  readonly hpos?: boolean;
  readonly needsHpos?: boolean;
  /** Topics besides the four of products. */
  readonly topics?: readonly string[];
  /** Who the webhooks act as; by default the administrator. */
  webhookUser?(store: Store): Promise<number>;
  /** What is in the store before the webhooks are registered: a receiver has to import it. */
  setUp?(stage: Omit<Stage, 'step'>): Promise<unknown>;
  play(stage: Stage): Promise<void>;
}
