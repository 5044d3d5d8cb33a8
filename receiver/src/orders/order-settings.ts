/** How orders are placed, whatever the store. */
export interface OrderSettings {
  /** The status that they get in the store: `ORDER_STATUS`. */
  readonly status: string;
  /** Domain of the addresses that stand in place of the shoppers': `ORDER_EMAIL_DOMAIN`. */
  readonly emailDomain: string;
  /** How long after they were placed their addresses are kept, in milliseconds: `ORDER_RETENTION_DAYS`. */
  readonly retentionMs: number;
}

/** What holds unless something else is set. */
export const DEFAULT_ORDER_SETTINGS: OrderSettings = {
  status: 'processing',
  // Reserved: mail to it goes nowhere, whatever the shop sends.
  emailDomain: 'orders.dstnc.invalid',
  retentionMs: 30 * 86_400_000,
};
