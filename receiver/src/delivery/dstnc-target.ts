import { createHash } from 'node:crypto';
import { type Inventory, type InventoryResult, inventoryResult, problem } from '@dstnc/shared';
import { type Dispatcher, Pool } from 'undici';
import { z } from 'zod';
import { retryAfter } from '../retry-after.ts';
import type { BatchOutcome, OrderTarget, SendFailure, SendOutcome, Target } from './target.ts';

/** A rev is a time in milliseconds; one beyond this is a mistake, and going on from it would leave no number to count on with. */
const HIGHEST_REV = 2 ** 52;

/** Longest answer that is read, in bytes; longer ones are cut and count as unreadable. */
const LONGEST_ANSWER = 1024 * 1024;

/** See {@link createDstncTarget}. */
export interface DstncTargetOptions {
  /** Base address, without a trailing slash; may have a path. */
  readonly url: string;
  readonly token: string;
  /** Milliseconds for one call, its answer included. */
  readonly timeoutMs?: number;
  /** Connections kept at most. */
  readonly connections?: number;
}

interface Answer {
  readonly status: number;
  readonly retryAfter: string | string[] | undefined;
  readonly body: unknown;
}

/** DSTNC over its HTTP contract (docs/contract/dstnc.openapi.json). */
export function createDstncTarget({
  url,
  token,
  timeoutMs = 15_000,
  connections = 64,
}: DstncTargetOptions): Target & OrderTarget {
  const { origin, pathname } = new URL(url);
  const base = pathname.replace(/\/+$/, '');
  const pool = new Pool(origin, { connections, pipelining: 1, connect: { timeout: 5_000 } });

  async function call(method: Dispatcher.HttpMethod, path: string, body: unknown): Promise<Answer | SendFailure> {
    const text = JSON.stringify(body);
    try {
      const answer = await pool.request({
        method,
        path: `${base}${path}`,
        body: text,
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          accept: 'application/json',
          // The same bytes to the same place are the same call, however often a connection has to be made for them.
          'idempotency-key': createHash('sha256').update(`${method} ${path}\n${text}`).digest('base64url'),
        },
        signal: AbortSignal.timeout(timeoutMs),
      });
      return {
        status: answer.statusCode,
        retryAfter: answer.headers['retry-after'],
        body: await readJson(answer.body),
      };
    } catch (error) {
      const timedOut = error instanceof Error && error.name === 'TimeoutError';
      const code = (error as NodeJS.ErrnoException).code ?? (error instanceof Error ? error.name : 'unknown');
      const reason = timedOut ? `DSTNC didn't answer within ${timeoutMs / 1000} s` : `DSTNC can't be reached (${code})`;
      return { kind: 'retry', reason, outage: true };
    }
  }

  async function put(path: string, body: { readonly rev: number }): Promise<SendOutcome> {
    const answer = await call('PUT', path, body);
    if ('kind' in answer) return answer;
    if (answer.status >= 200 && answer.status < 300) return { kind: 'accepted' };
    const held = problem.safeParse(answer.body).data?.heldRev;
    if (answer.status === 409 && held !== undefined && held <= HIGHEST_REV) return { kind: 'stale', heldRev: held };
    return refusal(answer);
  }

  const vendorPath = (vendor: string) => `/v1/vendors/${encodeURIComponent(vendor)}`;

  return {
    putProduct: (vendor, product) =>
      put(`${vendorPath(vendor)}/products/${encodeURIComponent(product.groupId)}`, product),

    putShipment: (vendor, shipment) =>
      put(`${vendorPath(vendor)}/shipments/${encodeURIComponent(shipment.shipmentId)}`, shipment),

    putOrder: (vendor, change) => put(`${vendorPath(vendor)}/orders/${encodeURIComponent(change.reference)}`, change),

    async postInventory(vendor, items): Promise<BatchOutcome> {
      const answer = await call('POST', `${vendorPath(vendor)}/inventory`, { items });
      if ('kind' in answer) return answer;
      if (answer.status >= 200 && answer.status < 300) {
        return { kind: 'answered', results: batchResults(answer.body, items) };
      }
      return refusal(answer);
    },

    close: () => pool.destroy(),
  };
}

/**
 * 5xx, 408, 409 without a rev ("in progress"), 425 and 429 pass; 401 and 403 mean that our token is wrong, which concerns every
 * product and is an operator's to mend, so nothing is given up for it. Every other answer is about this one request.
 */
function refusal({
  status,
  retryAfter: header,
  body,
}: Answer): SendFailure | { kind: 'rejected'; status: number; reason: string } {
  const after = retryAfter(header);
  const told = problem.partial().safeParse(body).data;
  const words = told?.detail ?? told?.title;
  const said = {
    status,
    ...(after !== undefined && { retryAfterMs: after }),
    ...(words !== undefined && { detail: words.slice(0, 2000) }),
  };
  if (status === 401 || status === 403) {
    return {
      kind: 'retry',
      reason: `DSTNC refuses our token (${status}): check DSTNC_API_TOKEN`,
      outage: true,
      ...said,
    };
  }
  if (status < 400) {
    return { kind: 'retry', reason: `DSTNC redirects (${status}): check DSTNC_API_URL`, outage: true, ...said };
  }
  if (status >= 500 || status === 429 || status === 408) {
    return { kind: 'retry', reason: `DSTNC answered ${status}`, outage: true, ...said };
  }
  if (status === 409 || status === 425) {
    return { kind: 'retry', reason: `DSTNC answered ${status}`, outage: false, ...said };
  }
  const reason = words ?? `DSTNC answered ${status}`;
  return { kind: 'rejected', status, reason: reason.slice(0, 2000) };
}

/**
 * Reads a batch's results entry by entry. An item that isn't named is accepted, and so are all of an empty answer; what is there but
 * can't be read is no acceptance: then the item counts as unknown, and its whole product is sent.
 */
function batchResults(body: unknown, items: readonly Inventory[]): InventoryResult[] {
  if (body === undefined) return [];
  const unknown = () => items.map(({ externalId }) => ({ externalId, status: 'unknown' as const }));
  const answer = z.looseObject({ results: z.array(z.unknown()).nullish() }).safeParse(body);
  if (!answer.success) return unknown();
  return (answer.data.results ?? []).flatMap((entry): InventoryResult[] => {
    const result = inventoryResult.safeParse(entry);
    if (result.success) return [result.data];
    const named = z.looseObject({ externalId: z.string() }).safeParse(entry);
    // An entry without a name may be about any of them.
    return named.success ? [{ externalId: named.data.externalId, status: 'unknown' }] : unknown();
  });
}

/** @returns undefined for an empty answer, null for one that isn't JSON */
async function readJson(body: Dispatcher.ResponseData['body']): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length <= LONGEST_ANSWER) chunks.push(chunk as Buffer);
  }
  const text = Buffer.concat(chunks).toString('utf8').trim();
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
