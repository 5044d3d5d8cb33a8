import { useShopTime } from '../data/shop-clock.ts';
import { ago } from '../format/times.ts';
import { Moment } from './moment.tsx';

/** How long ago something was, kept true while it is looked at. */
export function RelativeTime({ at }: { at: string }) {
  return <Moment at={at}>{ago(at, useShopTime(1_000))}</Moment>;
}
