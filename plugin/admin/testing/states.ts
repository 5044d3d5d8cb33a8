import type {
  Attempt,
  ConnectionView,
  DstncOrder,
  Incident,
  OrdersPage,
  PageState,
  Problem,
  ReceiverState,
  StepId,
} from '../api/types.ts';

/** The shop's clock in all of these. */
export const now = '2026-03-12T13:03:07Z';

/** A problem with words of its own. */
export function problemOf(code: string, parts: Partial<Problem> = {}): Problem {
  return {
    code,
    title: `Title of ${code}`,
    detail: `Detail of ${code}`,
    advice: `Advice on ${code}`,
    technical: `technical ${code}`,
    link: null,
    ...parts,
  };
}

/** What apiFetch rejects with, when the shop answers with a problem. */
export function refusal(problem: Problem, status = 422): unknown {
  return { code: problem.code, message: problem.title, data: { status, problem } };
}

/** A shop that was never connected. */
export function notConnected(parts: Partial<PageState> = {}): PageState {
  return {
    phase: 'not_connected',
    now,
    shop: { name: 'Lamps', url: 'https://shop.example', woocommerce: '11.0.1', wordpress: '7.1', plugin: '1.0.0' },
    clone: null,
    users: [
      { id: 1, name: 'Anna Berg', role: 'Administrator' },
      { id: 7, name: 'Ola Nordmann', role: 'Shop manager' },
    ],
    suggestedUserId: 1,
    attempt: null,
    connection: null,
    incident: null,
    manualKeys: [],
    ...parts,
  };
}

/** What DSTNC says when all is well. */
export function receiverState(parts: Partial<ReceiverState> = {}): ReceiverState {
  return {
    upTo: now,
    products: 3812,
    purchasable: 3640,
    notPurchasable: 172,
    pending: 0,
    oldestPendingAt: null,
    importing: null,
    lastChange: { at: '2026-03-12T13:03:03Z', lateMs: 312 },
    language: null,
    health: 'healthy',
    ...parts,
  };
}

/** A connection that works. */
export function connection(parts: Partial<ConnectionView> = {}): ConnectionView {
  return {
    vendor: 'Nordic Lamps',
    receiver: 'https://receiver.example',
    storeId: 'st_1',
    connectedAt: '2026-03-03T10:00:00Z',
    user: { id: 1, name: 'Anna Berg' },
    key: { ends: 'a1b2c3d', lastUsedAt: now },
    notifications: [{ topic: 't', label: 'Stock', state: 'active', failures: 0 }],
    lastDelivery: { at: now, ok: true, durationMs: 187 },
    waiting: { count: 0, oldestAt: null },
    receiverState: receiverState(),
    receiverProblem: null,
    ...parts,
  };
}

/** A connected shop. */
export function connected(parts: Partial<PageState> = {}): PageState {
  return notConnected({ phase: 'connected', connection: connection(), ...parts });
}

/** An order that was shipped. */
export function order(reference: string, parts: Partial<DstncOrder> = {}): DstncOrder {
  return {
    reference,
    number: '1042',
    editUrl: 'https://shop.example/wp-admin/post.php?post=1042&action=edit',
    state: 'shipped',
    label: 'Shipped',
    tracking: [{ carrier: 'DHL', number: '00340', url: 'https://dhl.example/00340' }],
    lastError: null,
    updatedAt: '2026-03-12T12:03:07Z',
    canSendAgain: true,
    ...parts,
  };
}

/** Some orders. */
export function ordersPage(orders: readonly DstncOrder[], parts: Partial<OrdersPage> = {}): OrdersPage {
  return { counts: { toShip: 2, shipped: 118, attention: 1 }, orders, next: null, problem: null, ...parts };
}

/** A trouble of a connected shop. */
export function incidentOf(code: string, parts: Partial<Incident> = {}): Incident {
  return { ...problemOf(code), since: '2026-03-12T08:12:00Z', action: null, ...parts };
}

/** A try of which `done` steps are done; `failedWith`: the one after them failed. */
export function attempt(done: number, failedWith: Problem | null = null, parts: Partial<Attempt> = {}): Attempt {
  const ids: readonly StepId[] = ['checks', 'access', 'notifications', 'reach', 'catalogue'];
  return {
    id: 'at1',
    startedBy: 'Anna Berg',
    mine: true,
    startedAt: now,
    steps: ids.map((id, index) => ({
      id,
      state: index < done ? 'done' : index === done && failedWith ? 'failed' : 'waiting',
      detail: index < done ? `detail of ${id}` : '',
      problem: index === done ? failedWith : null,
    })),
    failed: failedWith !== null,
    finished: done === ids.length,
    ...parts,
  };
}
