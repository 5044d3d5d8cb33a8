import { parseArgs } from 'node:util';
import { printTable } from '../../receiver/src/cli/print-table.ts';
import { seeded } from '../demo/schedule.ts';
import { postgresAvailability } from '../services/start-postgres.ts';
import { redisAvailability } from '../services/start-redis.ts';
import { converge, type PairName, startFaultGround } from './fault-ground.ts';
import { faults } from './faults.ts';

const { values } = parseArgs({
  options: {
    pair: { type: 'string', default: 'both' },
    only: { type: 'string', default: '' },
    quick: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
  },
});
const random = seeded(Number(values.seed));
/** How long DSTNC is out of order. */
const seconds = values.quick ? 4 : values.full ? 180 : 20;
if (values.quick) console.log(`quick: few rounds, and outages of ${seconds} s instead of 20 s (--full: 180 s)`);
console.log(`seed ${values.seed}`);

const pairs = (['sqlite', 'postgres'] as const).filter((pair) => values.pair === 'both' || values.pair === pair);
const rows: string[][] = [];
let passed = 0;
let failed = 0;

/** @returns why a pair can't be had here; undefined: it can */
function missing(pair: PairName): string | undefined {
  if (pair === 'sqlite') return undefined;
  for (const service of [postgresAvailability(), redisAvailability()]) if (!service.available) return service.reason;
  return undefined;
}

for (const pair of pairs) {
  const reason = missing(pair);
  if (reason !== undefined) {
    console.log(`skipped: all of ${pair} (${reason})`);
    continue;
  }
  const ground = await startFaultGround(pair, random);
  for (const fault of faults) {
    if ((fault.pair ?? pair) !== pair || !fault.name.includes(values.only)) continue;
    const rounds = values.quick ? fault.rounds.quick : fault.rounds.usual * (values.full ? 3 : 1);
    const before = {
      acknowledged: ground.acknowledged,
      duplicated: ground.watch.duplicated,
      older: ground.watch.older.length + ground.sandbox.state.regressions,
    };
    let slowest = 0;
    const lost: string[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      await ground.underLoad(fault.happen(ground, random, seconds));
      process.stdout.write(`\r${pair}: ${fault.name}, ${round} of ${rounds}  `);
      // Kills follow each other closely, as the next one must find what the one before left behind.
      if (round < rounds && rounds >= 8) continue;
      const { ms, lost: missed } = await converge(ground, fault.within);
      slowest = Math.max(slowest, ms);
      lost.push(...missed);
      if (missed.length > 0) break;
    }
    process.stdout.write('\n');
    const acknowledged = ground.acknowledged - before.acknowledged;
    const older = ground.watch.older.length + ground.sandbox.state.regressions - before.older;
    const failures = [
      ...lost.slice(0, 10),
      ...(older > 0 ? [`DSTNC was told ${older} times something older`, ...ground.watch.older.slice(-older)] : []),
      ...(acknowledged === 0 ? ['nothing was acknowledged at all'] : []),
    ];
    for (const failure of failures) console.error(`  ${failure}`);
    if (failures.length === 0) passed += 1;
    else failed += 1;
    rows.push([
      pair,
      fault.name,
      String(rounds),
      String(acknowledged),
      String(lost.length),
      String(older),
      String(ground.watch.duplicated - before.duplicated),
      `${(slowest / 1000).toFixed(1)} s`,
    ]);
    if (lost.length > 0) break;
  }
  for (const { detail } of ground.sandbox.calls.violations.slice(0, 5)) {
    console.error(`  against the contract: ${detail}`);
    failed += 1;
  }
  for (const receiver of ground.receivers) {
    const exitCode = await receiver.stop();
    if (exitCode === 0) continue;
    console.error(`  a receiver ended with ${exitCode} on SIGTERM`);
    failed += 1;
  }
  await ground.stop();
}

printTable(
  ['PAIR', 'FAULT', 'ROUNDS', 'ACKNOWLEDGED', 'LOST', 'OLDER OVER NEWER', 'DUPLICATED SENDS', 'TIME TO CONVERGE'],
  rows,
);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
