import type { Answer } from './answer.ts';

const REMEMBERED = 10_000;

/** What is remembered of a key: nothing, another request, or the answer that the same request got. */
export type Recollection = 'new' | 'conflict' | Answer;

/** Answers by `Idempotency-Key`: the newest 10 000. */
export class AnswerMemory {
  readonly #entries = new Map<string, { fingerprint: string; answer: Answer }>();

  /** @param fingerprint a hash of what was asked */
  recall(key: string, fingerprint: string): Recollection {
    const entry = this.#entries.get(key);
    if (!entry) return 'new';
    return entry.fingerprint === fingerprint ? entry.answer : 'conflict';
  }

  /** Remembers an answer; the oldest key gives way. */
  remember(key: string, fingerprint: string, answer: Answer): void {
    this.#entries.set(key, { fingerprint, answer });
    if (this.#entries.size <= REMEMBERED) return;
    const oldest = this.#entries.keys().next();
    if (!oldest.done) this.#entries.delete(oldest.value);
  }

  /** Forgets everything. */
  clear(): void {
    this.#entries.clear();
  }
}
