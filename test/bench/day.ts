/** One change of a simulated day. */
export interface DayChange {
  /** Seconds from the day's beginning, in time-lapse. */
  readonly at: number;
  readonly shop: number;
  /** Which of the shop's products, from 0 on. */
  readonly product: number;
  readonly what: 'stock' | 'product';
}

/** Of 100 changes: how many are of a product's stock, and how many are the first of several of the same product in a row. */
const [STOCK_OF_100, FOLLOWED_OF_100] = [80, 10];
/** A run on one product: so many changes of its stock within so many seconds, and one run each so many seconds. */
const [BURST, BURST_SECONDS, BURST_EACH_SECONDS] = [50, 1, 5];
/** Seconds between changes of the same product in a row. */
const IN_A_ROW_SECONDS = 0.06;

/**
 * How busy shops are at an hour of the day, 1 being the mean: quiet at four in the morning, busier by day, and busiest at eight in the
 * evening.
 */
export function busyness(hour: number): number {
  const byDay = 0.15 + 0.6 * (1 - Math.cos((2 * Math.PI * (hour - 4)) / 24));
  const evening = 1.1 * Math.exp(-(((hour - 20) / 2) ** 2));
  return (byDay + evening) / 0.912;
}

/**
 * The changes of a day that is pressed into some seconds, in order. Shops are busy unevenly: the busiest tenth has a good third of the
 * changes.
 */
export function makeDay(options: {
  readonly shops: number;
  readonly productsEach: number;
  readonly seconds: number;
  /** Changes a second, on the average of the day. */
  readonly rate: number;
  /** From 0 to 1. */
  readonly random: () => number;
}): DayChange[] {
  const { shops, productsEach, seconds, rate, random } = options;
  const changes: DayChange[] = [];
  const pick = (share: number, of: number) => Math.min(of - 1, Math.floor(share * of));
  const change = (at: number, shop: number, product: number, stockOnly = false) => {
    const what = stockOnly || random() * 100 < STOCK_OF_100 ? 'stock' : 'product';
    changes.push({ at, shop, product, what });
  };
  const bursts = Math.max(1, Math.round(seconds / BURST_EACH_SECONDS));
  const wanted = seconds * rate - bursts * BURST;
  while (changes.length < wanted) {
    const at = random() * seconds;
    // More where the day is busier; 2.4 is more than it ever is.
    if (random() * 2.4 > busyness((24 * at) / seconds)) continue;
    const shop = pick(random() ** 2.2, shops);
    const product = pick(random(), productsEach);
    change(at, shop, product);
    if (random() * 100 >= FOLLOWED_OF_100) continue;
    const more = 1 + pick(random(), 4);
    for (let again = 1; again <= more; again++) change(at + again * IN_A_ROW_SECONDS, shop, product);
  }
  for (let burst = 0; burst < bursts; burst++) {
    const at = ((burst + 0.5) * seconds) / bursts;
    const [shop, product] = [pick(random(), shops), pick(random(), productsEach)];
    for (let one = 0; one < BURST; one++) change(at + (one * BURST_SECONDS) / BURST, shop, product, true);
  }
  return changes.sort((a, b) => a.at - b.at);
}
