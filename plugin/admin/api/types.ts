/*
 * What `dstnc-admin/v1` answers. Times are RFC 3339 in UTC. All texts are the shop's own, translated there, and are shown as text,
 * never as HTML.
 */

/** A page that helps. */
export interface Link {
  readonly label: string;
  /** http(s), or relative to wp-admin. */
  readonly url: string;
}

/** Something that went wrong, in the vendor's words. */
export interface Problem {
  /** Stable and for programs. */
  readonly code: string;
  /** What is. */
  readonly title: string;
  /** Why. */
  readonly detail: string;
  /** What to do. */
  readonly advice: string;
  /** For support; never a secret. */
  readonly technical: string;
  readonly link: Link | null;
}

/** What the page can set right by itself. */
export type Remedy = 'repair' | 'rotate' | 'check' | 'reconnect';

/** The one button of a trouble: something that the page does, or a page to go to. */
export type TroubleAction = { readonly label: string; readonly do: Remedy } | Link;

/** A trouble that goes on. */
export interface Incident extends Problem {
  readonly since: string;
  readonly action: TroubleAction | null;
}

/** A user that a key can be made for. */
export interface ShopUser {
  readonly id: number;
  readonly name: string;
  readonly role: string;
}

/** The parts of connecting, in this order. */
export type StepId = 'checks' | 'access' | 'notifications' | 'reach' | 'catalogue';

/** One line of connecting. */
export interface Step {
  readonly id: StepId;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  readonly detail: string;
  readonly problem: Problem | null;
}

/** One try to connect. The page calls for one step after the other. */
export interface Attempt {
  readonly id: string;
  readonly startedBy: string;
  /** By the user who looks at the page; another's can only be watched. */
  readonly mine: boolean;
  readonly startedAt: string;
  readonly steps: readonly Step[];
  readonly failed: boolean;
  readonly finished: boolean;
}

/** The first import of the catalogue, while it runs. */
export interface Importing {
  readonly done: number;
  readonly total: number;
  readonly secondsLeft: number | null;
}

/** What DSTNC says of this shop. */
export interface ReceiverState {
  /** Every change made until then is on DSTNC. */
  readonly upTo: string;
  readonly products: number;
  readonly purchasable: number;
  readonly notPurchasable: number;
  readonly pending: number;
  readonly oldestPendingAt: string | null;
  readonly importing: Importing | null;
  readonly lastChange: { readonly at: string; readonly lateMs: number } | null;
  /** The language that DSTNC's staff have chosen for this shop's products, as `de`; null: the shop's own. */
  readonly language: string | null;
  readonly health: 'healthy' | 'attention';
}

/** One of the shop's notifications to DSTNC. */
export interface Notification {
  readonly topic: string;
  readonly label: string;
  readonly state: 'active' | 'paused' | 'disabled' | 'missing';
  /** Deliveries that failed one after the other. */
  readonly failures: number;
}

/** The connection as the shop knows it, and what DSTNC says of it. */
export interface ConnectionView {
  readonly vendor: string;
  readonly receiver: string;
  readonly storeId: string;
  readonly connectedAt: string;
  readonly user: { readonly id: number; readonly name: string } | null;
  /** `ends`: its last seven characters. */
  readonly key: { readonly ends: string; readonly lastUsedAt: string | null } | null;
  readonly notifications: readonly Notification[];
  readonly lastDelivery: { readonly at: string; readonly ok: boolean; readonly durationMs: number } | null;
  /** Changes that DSTNC was not yet told of. */
  readonly waiting: { readonly count: number; readonly oldestAt: string | null };
  /** Null where DSTNC did not answer. */
  readonly receiverState: ReceiverState | null;
  readonly receiverProblem: Problem | null;
}

/** A key made here to be entered by hand. */
export interface ManualKey {
  readonly id: number;
  readonly description: string;
  readonly user: string;
  readonly ends: string;
  readonly createdAt?: string;
  readonly lastUsedAt: string | null;
}

/** This shop. */
export interface Shop {
  readonly name: string;
  readonly url: string;
  readonly woocommerce: string;
  readonly wordpress: string;
  readonly plugin: string;
}

/** This shop is a copy of the connected one; `choice` is null until someone said what it is. */
export interface Clone {
  readonly storedHome: string;
  readonly currentHome: string;
  readonly choice: null | 'quiet';
}

/** Answer of `GET /state`: all that the page shows without asking further. */
export interface PageState {
  readonly phase: 'not_connected' | 'connecting' | 'connected';
  /** The shop's clock. */
  readonly now: string;
  readonly shop: Shop;
  readonly clone: Clone | null;
  /** Who can be acted as; the current user first, if possible. */
  readonly users: readonly ShopUser[];
  readonly suggestedUserId: number;
  readonly attempt: Attempt | null;
  readonly connection: ConnectionView | null;
  readonly incident: Incident | null;
  readonly manualKeys: readonly ManualKey[];
}

/** Answer of `POST /connection/test`. */
export interface TestResult {
  readonly ok: boolean;
  readonly durationMs: number;
  readonly problem: Problem | null;
}

/** Answer of `DELETE /connection`. */
export interface Farewell {
  /** DSTNC knows, and withdraws the listings. */
  readonly told: boolean;
  readonly problem: Problem | null;
}

/** One line of `GET /products`. */
export interface ProductHit {
  readonly externalId: string;
  readonly title: string;
  readonly sku: string;
  readonly purchasable: boolean;
  readonly image?: string | null;
}

/** How a product stands on DSTNC. */
export interface DstncListing {
  readonly purchasable: boolean;
  /** Null: not tracked. */
  readonly quantity: number | null;
  readonly state: string;
  readonly acceptedAt: string | null;
  readonly pendingSince: string | null;
  /** Why DSTNC refused it. */
  readonly rejected: string | null;
}

/** Answer of `GET /products/{externalId}`. */
export interface ProductExplanation {
  readonly externalId: string;
  readonly title: string;
  readonly sku: string;
  readonly purchasable: boolean;
  readonly sentence: string;
  /** Null: DSTNC has no listing of it. */
  readonly onDstnc: DstncListing | null;
  /** DSTNC could not be asked: whether it has a listing is unknown. */
  readonly problem: Problem | null;
  /** How it stands in the shop at this moment. */
  readonly shop: {
    readonly purchasable: boolean;
    readonly sentence: string;
    readonly fields: readonly { readonly name: string; readonly value: string }[];
  };
  readonly editUrl: string;
}

/** What became of an order of DSTNC's. */
export type OrderState = 'placing' | 'placed' | 'completed' | 'shipped' | 'cancelled' | 'refunded' | 'attention';

/** One of DSTNC's orders. */
export interface DstncOrder {
  /** DSTNC's own. */
  readonly reference: string;
  /** In the shop; null while there is none. */
  readonly number: string | null;
  /** Its screen in wp-admin; null if it is no more. */
  readonly editUrl: string | null;
  readonly state: OrderState;
  /** The state in words. */
  readonly label: string;
  /** `url` is empty where there is none. */
  readonly tracking: readonly { readonly carrier: string; readonly number: string; readonly url: string }[];
  /** What DSTNC failed at last. */
  readonly lastError: string | null;
  readonly updatedAt: string | null;
  readonly canSendAgain: boolean;
}

/** Answer of `GET /orders`: the newest first. */
export interface OrdersPage {
  /** Of all orders; `attention` is null where DSTNC did not say. */
  readonly counts: { readonly toShip: number; readonly shipped: number; readonly attention: number | null };
  readonly orders: readonly DstncOrder[];
  /** For `before` of the next page; null on the last. */
  readonly next: string | null;
  /** Why DSTNC's word is missing: the orders are then as the shop knows them. */
  readonly problem: Problem | null;
}

/** One line of `GET /activity`. */
export interface ActivityEntry {
  readonly at: string;
  readonly kind: 'info' | 'good' | 'bad';
  readonly text: string;
}

/** One of the troubleshooter's checks. */
export interface Check {
  readonly id: string;
  readonly status: 'ok' | 'warning' | 'problem' | 'unknown';
  readonly title: string;
  readonly detail: string;
  readonly why: string;
  readonly advice: string;
  readonly technical: string;
  readonly action?: { readonly label: string; readonly url?: string; readonly do?: Remedy } | null;
}

/** Answer of `GET /checks`. */
export interface CheckReport {
  readonly checkedAt: string;
  readonly checks: readonly Check[];
}

/** Answer of `POST /keys`: the only time that the secret is seen. */
export interface NewKey {
  readonly id: number;
  readonly consumerKey: string;
  readonly consumerSecret: string;
  /** The shop's address, to be entered with them. */
  readonly url: string;
}
