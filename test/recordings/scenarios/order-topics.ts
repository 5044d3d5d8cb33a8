/** What is registered in the scenarios of orders: core's own events, and the actions that send an id only. */
export const orderTopics = [
  'order.created',
  'order.updated',
  'action.woocommerce_order_status_completed',
  'action.woocommerce_order_status_cancelled',
  'action.woocommerce_order_refunded',
] as const;
