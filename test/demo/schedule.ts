import type { RecordedDelivery } from '../recordings/recording.ts';

/** A small generator of pseudo-random numbers (mulberry32): the demo is the same each time. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** What an unkind network makes of deliveries: about a third comes twice, and neighbours change places. */
export function unkindSchedule(deliveries: readonly RecordedDelivery[], random: () => number): RecordedDelivery[] {
  return deliveries
    .flatMap((delivery, place) => {
      const repeated = random() < 0.33 ? [{ delivery, place: place + random() * 12 }] : [];
      return [{ delivery, place: place + random() * 5 }, ...repeated];
    })
    .sort((a, b) => a.place - b.place)
    .map(({ delivery }) => delivery);
}
