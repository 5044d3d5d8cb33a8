import { setTimeout as pause } from 'node:timers/promises';
import type { FaultOrder } from '../sandbox/fault-plan.ts';
import type { FaultGround, PairName } from './fault-ground.ts';

/** Something that happens to a receiver while deliveries come in. */
export interface Fault {
  readonly name: string;
  /** Where it can happen; both unless said otherwise. */
  readonly pair?: PairName;
  /** How often, in a `quick` run and otherwise. */
  readonly rounds: { readonly quick: number; readonly usual: number };
  /** How long after the end of it everything must be at DSTNC, in milliseconds. */
  readonly within: number;
  /** One round; load comes in meanwhile. @param seconds how long an outage lasts */
  happen(ground: FaultGround, random: () => number, seconds: number): Promise<void>;
}

/** A dead process is missed after 20 s, and somebody looks every 5 s; with one process alone, nothing has to be missed. */
const TAKEOVER = 30_000;
/** DSTNC is probed every 5 s, and a call that hangs is given up after 15 s. */
const OUTAGE = 30_000;

/** DSTNC fails in one way for a while. */
function dstnc(name: string, order: FaultOrder): Fault {
  return {
    name: `DSTNC ${name}`,
    rounds: { quick: 1, usual: 1 },
    within: OUTAGE,
    async happen({ sandbox }, _random, seconds) {
      sandbox.faults.add({ ...order, times: 0 });
      await pause(seconds * 1_000);
      sandbox.faults.clear();
    },
  };
}

/** All that happens, in this order. The pauses are the faults' own length, or a moment chosen by chance, not a wait for something. */
export const faults: readonly Fault[] = [
  {
    name: 'SIGKILL of a receiver',
    rounds: { quick: 8, usual: 50 },
    within: TAKEOVER,
    async happen({ receivers }, random) {
      const victim = receivers[Math.floor(random() * receivers.length)];
      await pause(20 + random() * 600);
      await victim?.kill();
      await victim?.start();
    },
  },
  {
    name: 'Redis killed and started again',
    pair: 'postgres',
    rounds: { quick: 1, usual: 5 },
    within: OUTAGE,
    async happen({ redis }, random) {
      await pause(random() * 500);
      await redis?.kill();
      await pause(random() * 3_000);
      await redis?.start();
    },
  },
  {
    name: 'Redis emptied',
    pair: 'postgres',
    rounds: { quick: 3, usual: 20 },
    within: OUTAGE,
    async happen({ redis }, random) {
      await pause(random() * 300);
      await redis?.flush();
    },
  },
  {
    name: 'PostgreSQL restarted',
    pair: 'postgres',
    rounds: { quick: 1, usual: 5 },
    within: TAKEOVER,
    async happen({ postgres }, random) {
      await pause(random() * 500);
      await postgres?.restart();
    },
  },
  {
    name: 'PostgreSQL killed',
    pair: 'postgres',
    rounds: { quick: 1, usual: 5 },
    within: TAKEOVER,
    async happen({ postgres }, random) {
      await pause(random() * 500);
      await postgres?.kill();
      await pause(random() * 2_000);
      await postgres?.start();
    },
  },
  dstnc('answers 500', { status: 500 }),
  dstnc('answers 429, Retry-After 2', { status: 429, retryAfter: 2 }),
  dstnc('hangs', { hang: true }),
  dstnc('takes it and cuts the answer off', { cut: true, applied: true }),
  {
    name: 'half-open connections',
    rounds: { quick: 1, usual: 3 },
    // A connection to PostgreSQL is given up after 20 s without an answer, one to DSTNC after 15 s.
    within: 45_000,
    async happen({ networks }, random) {
      await pause(1_000 + random() * 1_000);
      for (const network of networks) network.orphan();
      await pause(500);
    },
  },
  {
    // Longer than its word is good: others have taken over what it held, and it doesn't know.
    name: 'a receiver stopped for 30 s, and continued',
    pair: 'postgres',
    rounds: { quick: 1, usual: 2 },
    within: TAKEOVER,
    async happen({ receivers }, random) {
      const { pid } = receivers[Math.floor(random() * receivers.length)] ?? {};
      if (pid === undefined) throw new Error('no receiver runs');
      await pause(500 + random() * 500);
      process.kill(pid, 'SIGSTOP');
      await pause(30_000);
      process.kill(pid, 'SIGCONT');
      await pause(500);
    },
  },
  {
    name: "a receiver's clock jumps an hour ahead, and back",
    rounds: { quick: 1, usual: 3 },
    within: TAKEOVER,
    async happen(ground, random) {
      await ground.startFakeable();
      await pause(random() * 500);
      ground.setClock(3_600);
      await pause(2_000);
      ground.setClock(0);
      await pause(random() * 500);
    },
  },
];
