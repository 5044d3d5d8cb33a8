/** How far a scan of one list by its modification dates has come. Times are seconds since 1970, by the store's own clock. */
export interface ScanPlace {
  /** All that was modified up to and in this second is told. */
  readonly after: number;
  /** Where the scan that is under way began: what is before that needs no second look. */
  readonly from: number;
  /** More entries than a page holds carry one second, and that is being walked by id: how far. */
  readonly within: {
    readonly second: number;
    readonly cursor: number;
    readonly walked: number;
    /** The second was over when that began: what changes from then on has another date. */
    readonly settled: boolean;
  } | null;
  /** What was told already of what the next scan meets, and when it had been modified: it isn't told again. */
  readonly told: ReadonlyMap<number, number>;
}

/** Entries that are remembered; those beyond are told twice, which costs a read each. */
const MOST_TOLD = 1_000;

/** A place as text: three parts, of digits, letters and dots. */
export function placeText({ after, from, within, told }: ScanPlace): string {
  const walk =
    within === null ? '' : [within.second, within.cursor, within.walked, Number(within.settled)].map(short).join('.');
  const newest = [...told].sort(([, a], [, b]) => b - a).slice(0, MOST_TOLD);
  const entries = newest.map(([id, at]) => `${short(id)}.${short(Math.max(0, at - from))}`);
  return `${short(from)}.${short(after - from)}:${walk}:${entries.join(',')}`;
}

/** @returns null for what {@link placeText} didn't write */
export function readPlace(text: string): ScanPlace | null {
  const form = /^([0-9a-z]{1,9})\.([0-9a-z]{1,9}):([0-9a-z.]*):([0-9a-z.,]*)$/.exec(text);
  if (form === null) return null;
  const [, start = '', scanned = '', walk = '', entries = ''] = form;
  const from = long(start);
  const after = from + long(scanned);
  const [second, cursor, walked, settled] = walk.split('.').map(long);
  const told = new Map<number, number>();
  for (const entry of entries.split(',').filter(Boolean)) {
    const [id, delta] = entry.split('.').map(long);
    if (!isNumber(id) || !isNumber(delta)) return null;
    told.set(id, from + delta);
  }
  if (walk === '') return { after, from, within: null, told };
  if (!isNumber(second) || !isNumber(cursor) || !isNumber(walked)) return null;
  return { after, from, within: { second, cursor, walked, settled: settled === 1 }, told };
}

function short(value: number): string {
  return value.toString(36);
}

function long(text: string): number {
  return Number.parseInt(text, 36);
}

function isNumber(value: number | undefined): value is number {
  return Number.isSafeInteger(value);
}
