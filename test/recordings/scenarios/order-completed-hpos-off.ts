import type { Scenario } from '../scenario.ts';
import { orderTopics } from './order-topics.ts';
import { playOrder } from './play-order.ts';

/** An order's life with orders kept as posts. */
export const orderCompletedHposOff: Scenario = {
  name: 'order-completed-hpos-off',
  title: 'An order from created to completed, with orders as posts',
  converges: 'webhooks',
  hpos: false,
  topics: orderTopics,
  play: playOrder,
};
