import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listRecordings } from '../recordings/list-recordings.ts';
import { readRecording } from '../recordings/read-recording.ts';
import type { RecordedDelivery, Recording } from '../recordings/recording.ts';
import { playRecording } from './play-recording.ts';
import { type Rig, startRig } from './start-rig.ts';

/** Schedules tried of each recording; CONVERGENCE_RUNS raises it for a long search. */
const RUNS = Number(process.env.CONVERGENCE_RUNS ?? 4);

const files = await listRecordings();
const recordings = await Promise.all(files.map(({ path }) => readRecording(path)));
const byWebhooks = recordings
  .filter(({ manifest }) => manifest.converges === 'webhooks')
  .map((recording) => ({ name: `${recording.manifest.woocommerce} ${recording.manifest.scenario}`, recording }));

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(async () => {
  expect(rig.sandbox.calls.violations).toEqual([]);
  expect(rig.sandbox.state.regressions).toBe(0);
  await rig.stop();
});

async function play(
  recording: Recording,
  schedule: readonly RecordedDelivery[],
  withReads: boolean,
): Promise<string[]> {
  const store = await playRecording(rig, recording, { withReads });
  try {
    for (const delivery of schedule) await store.send(delivery);
    await rig.settled();
    return store.differences();
  } finally {
    await store.stop();
  }
}

/** Any order, any of them twice, and some lost at their place and delivered again at the end. */
function anySchedule(deliveries: readonly RecordedDelivery[]): fc.Arbitrary<RecordedDelivery[]> {
  const all = [...deliveries];
  return fc
    .tuple(
      fc.shuffledSubarray(all, { minLength: all.length }),
      fc.subarray(all),
      fc.subarray(all),
      fc.infiniteStream(fc.nat()),
    )
    .map(([order, twice, lost, places]) => {
      const schedule = order.filter((delivery) => !lost.includes(delivery));
      for (const delivery of twice) schedule.splice((places.next().value ?? 0) % (schedule.length + 1), 0, delivery);
      return [...schedule, ...lost];
    });
}

describe('with reads, DSTNC ends as the store did', () => {
  test.each(byWebhooks)('$name, as it was sent', async ({ recording }) => {
    expect(await play(recording, recording.deliveries, true)).toEqual([]);
  });

  test.each(byWebhooks)('$name, in any order, with repetitions and losses', async ({ recording }) => {
    await fc.assert(
      fc.asyncProperty(anySchedule(recording.deliveries), async (schedule) => {
        expect(await play(recording, schedule, true)).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('without reads, DSTNC ends as the store did', () => {
  test.each(byWebhooks)('$name, with repetitions', async ({ recording }) => {
    const twice = recording.deliveries.flatMap((delivery) => [delivery, delivery]);
    expect(await play(recording, twice, false)).toEqual([]);
  });

  const permutable = byWebhooks.filter(({ recording }) => datesDiffer(recording.deliveries));
  test.each(permutable)('$name, in any order of updates with different dates', async ({ recording }) => {
    await fc.assert(
      fc.asyncProperty(anySchedule(recording.deliveries), async (schedule) => {
        expect(await play(recording, schedule, false)).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  test('some recordings have only updates with different dates', () => {
    expect(permutable.length).toBeGreaterThan(3);
  });
});

/** Whether nothing but dates is needed to put the deliveries in order: no deletions, and no two different payloads of one date. */
function datesDiffer(deliveries: readonly RecordedDelivery[]): boolean {
  const bodies = new Map<string, string>();
  for (const { body } of deliveries) {
    if (!body.startsWith('{')) continue;
    const { id, date_modified_gmt: date, related_ids: _, ...rest } = JSON.parse(body) as Record<string, unknown>;
    if (date === undefined) return false;
    const key = `${id} ${date}`;
    const same = JSON.stringify(rest);
    if ((bodies.get(key) ?? same) !== same) return false;
    bodies.set(key, same);
  }
  return true;
}
