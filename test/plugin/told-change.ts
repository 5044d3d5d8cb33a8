/** A change as the shop tells it, in its feed and in its rings. */
export interface ToldChange {
  readonly groupId?: number;
  readonly orderId?: number;
  readonly kind: string;
}
