import apiFetch from '@wordpress/api-fetch';
import { RequestTimedOut } from './request-timed-out.ts';
import type {
  ActivityEntry,
  Attempt,
  CheckReport,
  Farewell,
  ManualKey,
  NewKey,
  OrdersPage,
  PageState,
  ProductExplanation,
  ProductHit,
  TestResult,
} from './types.ts';

/** Seconds until a request counts as unanswered. What waits for DSTNC, which calls the shop back, takes longest. */
const patience = { normal: 30, long: 90 } as const;

/** The page's own routes in this shop; `readProblem` reads what they are rejected with. */
export const dstncApi = {
  state: () => request<PageState>('GET', '/state'),

  startAttempt: (code: string, userId: number) => request<Attempt>('POST', '/attempts', { data: { code, userId } }),
  nextStep: (id: string) => request<Attempt>('POST', `/attempts/${encodeURIComponent(id)}/next`, { slow: true }),
  giveUp: (id: string) => request<PageState>('DELETE', `/attempts/${encodeURIComponent(id)}`),

  sync: () => request<{ message: string }>('POST', '/connection/sync'),
  test: () => request<TestResult>('POST', '/connection/test'),
  rotate: (userId: number) => request<PageState>('POST', '/connection/rotate', { data: { userId }, slow: true }),
  repair: () => request<PageState>('POST', '/connection/repair', { slow: true }),
  disconnect: () => request<Farewell>('DELETE', '/connection', { slow: true }),
  chooseClone: (choice: 'live' | 'quiet') => request<PageState>('POST', '/clone', { data: { choice } }),

  findProducts: async (search: string) => {
    const { items } = await request<{ items: ProductHit[] }>('GET', `/products?search=${encodeURIComponent(search)}`);
    return items;
  },
  // The colon of `4711:0` may stand in a path, and stays readable in the server's log.
  product: (externalId: string) =>
    request<ProductExplanation>('GET', `/products/${encodeURIComponent(externalId).replace('%3A', ':')}`),

  orders: (before: string | null) =>
    request<OrdersPage>('GET', before === null ? '/orders' : `/orders?before=${encodeURIComponent(before)}`),
  sendOrderAgain: (reference: string) =>
    request<{ message: string }>('POST', '/orders/resend', { data: { reference } }),

  activity: async () => (await request<{ entries: ActivityEntry[] }>('GET', '/activity')).entries,
  checks: (fresh: boolean) => request<CheckReport>('GET', fresh ? '/checks?fresh=1' : '/checks', { slow: true }),

  createKey: (userId: number, description: string) =>
    request<NewKey>('POST', '/keys', { data: { userId, description } }),
  revokeKey: async (id: number) =>
    (await request<{ manualKeys: ManualKey[] }>('DELETE', `/keys/${encodeURIComponent(id)}`)).manualKeys,
};

async function request<Answer>(
  method: 'GET' | 'POST' | 'DELETE',
  route: string,
  { data, slow = false }: { data?: Record<string, unknown>; slow?: boolean } = {},
): Promise<Answer> {
  const path = `/dstnc-admin/v1${route}`;
  const seconds = slow ? patience.long : patience.normal;
  const abort = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new RequestTimedOut(path, seconds));
      abort.abort();
    }, seconds * 1000);
  });
  try {
    // The type is the shop's word: page and routes are shipped together.
    const answer = apiFetch({ path, method, signal: abort.signal, ...(data ? { data } : {}) }) as Promise<Answer>;
    return await Promise.race([answer, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}
