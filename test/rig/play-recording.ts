import { differences } from '../expectation/differences.ts';
import type { RecordedDelivery, Recording } from '../recordings/recording.ts';
import { sendDelivery } from '../replay/deliveries.ts';
import { type ReplayStore, startReplayStore } from '../replay/replay-store.ts';
import type { Rig } from './start-rig.ts';
import { toldProducts } from './told-products.ts';

/** A recorded store that is connected to a rig's receiver. */
export interface PlayedStore {
  readonly id: string;
  readonly vendor: string;
  readonly replay: ReplayStore;
  /** Sends one delivery, after the store's clock has come to the step that caused it. @throws Error unless it is acknowledged */
  send(delivery: RecordedDelivery): Promise<void>;
  /** How DSTNC differs from the store's recorded end; empty if it doesn't. */
  differences(): string[];
  stop(): Promise<void>;
}

let played = 0;

/**
 * Connects a recorded store, under a vendor of its own.
 *
 * @param withReads whether the receiver gets REST keys, or has to make do with the payloads
 */
export async function playRecording(
  rig: Rig,
  recording: Recording,
  { withReads }: { withReads: boolean },
): Promise<PlayedStore> {
  const { manifest, end, deliveries } = recording;
  const replay = await startReplayStore(recording);
  played += 1;
  const vendor = `${manifest.scenario}-${manifest.woocommerce}-${played}`;
  const { id, webhookUrl } = await rig.addStore({
    url: replay.home,
    vendor,
    webhookSecret: manifest.webhookSecret,
    ...(withReads ? replay.keys : { currency: manifest.currency }),
  });
  const told = toldProducts(deliveries);
  return {
    id,
    vendor,
    replay,
    async send(delivery) {
      replay.advanceTo(delivery.step);
      const { status, body } = await sendDelivery(delivery, webhookUrl, { sourceHome: replay.home });
      if (status !== 200) throw new Error(`a delivery was answered ${status}: ${body}`);
    },
    differences: () => differences(end.state, rig.sandbox.state.products(vendor), told),
    stop: () => replay.stop(),
  };
}
