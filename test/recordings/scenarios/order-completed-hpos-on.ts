import type { Scenario } from '../scenario.ts';
import { orderTopics } from './order-topics.ts';
import { playOrder } from './play-order.ts';

/** An order's life with High-Performance Order Storage. */
export const orderCompletedHposOn: Scenario = {
  name: 'order-completed-hpos-on',
  title: 'An order from created to completed, with HPOS',
  converges: 'webhooks',
  hpos: true,
  needsHpos: true,
  topics: orderTopics,
  play: playOrder,
};
