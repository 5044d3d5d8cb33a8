import type { RecordedAnswer, Recording } from '../recordings/recording.ts';

/** The fields that lists are filtered and sorted by. */
export interface CatalogItem {
  readonly id: number;
  readonly type?: string;
  readonly status?: string;
  readonly name?: string;
  readonly sku?: string;
  readonly date_created_gmt?: string | null;
  readonly date_modified_gmt?: string | null;
}

/** A recording's answers as they stood at a step. The clock of the steps only moves forward. */
export class RecordedCatalog {
  readonly #recording: Recording;
  readonly #answers = new Map<string, RecordedAnswer>();
  #step = -1;

  constructor(recording: Recording) {
    this.#recording = recording;
    this.advanceTo(0);
  }

  get step(): number {
    return this.#step;
  }

  /** Applies what was recorded up to and with this step; a step that has passed changes nothing. */
  advanceTo(step: number): void {
    for (const recorded of this.#recording.steps) {
      if (recorded.step <= this.#step || recorded.step > step) continue;
      for (const [path, answer] of Object.entries(recorded.answers)) this.#answers.set(path, answer);
    }
    this.#step = Math.max(this.#step, step);
  }

  /** The newest answer recorded for a path below wc/v3. */
  answer(path: string): RecordedAnswer | undefined {
    return this.#answers.get(path);
  }

  /** All products, variations left out as WooCommerce's list leaves them out. */
  products(): CatalogItem[] {
    const found: CatalogItem[] = [];
    for (const [path, { status, body }] of this.#answers) {
      if (status !== 200 || !/^products\/\d+$/.test(path)) continue;
      const product = body as unknown as CatalogItem;
      if (product.type !== 'variation') found.push(product);
    }
    return found;
  }
}
