/**
 * Runs a task again and again: never two at once, and not while nobody looks at the tab. The task says when it wants to run
 * next.
 */
export class Poller {
  readonly #task: () => Promise<number>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #run: Promise<void> | undefined;
  #stopped = true;

  /** @param task gives the milliseconds until its next run, and never rejects */
  constructor(task: () => Promise<number>) {
    this.#task = task;
  }

  start(): void {
    this.#stopped = false;
    document.addEventListener('visibilitychange', this.#onVisibility);
    void this.now();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    document.removeEventListener('visibilitychange', this.#onVisibility);
  }

  /** Runs the task now, or once more when the run under way has ended: what it gives is newer than this call. */
  async now(): Promise<void> {
    await this.#run;
    if (this.#run) return this.#run;
    clearTimeout(this.#timer);
    this.#run = this.#once();
    await this.#run;
  }

  readonly #onVisibility = (): void => {
    clearTimeout(this.#timer);
    if (!document.hidden) void this.now();
  };

  async #once(): Promise<void> {
    const pause = await this.#task();
    this.#run = undefined;
    if (this.#stopped || document.hidden) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.now(), pause);
  }
}
