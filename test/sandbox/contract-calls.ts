import { inventoryBatch, orderChange, product, shipment } from '@dstnc/shared';
import { type ZodType, z } from 'zod';
import type { Answer } from './answer.ts';
import type { CallLog, Route } from './call-log.ts';
import { inventoryBreaches } from './inventory-breaches.ts';
import { problemAnswer } from './problem-answer.ts';
import { productBreaches } from './product-breaches.ts';
import type { ItemResult, SandboxState, Verdict } from './sandbox-state.ts';

/** So many breaches are listed in one problem. */
const LISTED = 20;

/** A call of the contract: whose, and which thing the path names. */
export interface ContractCall {
  readonly route: Exclude<Route, 'other'>;
  readonly vendor: string;
  /** Last part of the path; empty for a batch. */
  readonly id: string;
  readonly body: unknown;
}

/** What the calls of the contract do, without HTTP around it: check, compare revs, take effect, answer. */
export class ContractCalls {
  readonly #state: SandboxState;
  readonly #log: CallLog;

  constructor(state: SandboxState, log: CallLog) {
    this.#state = state;
    this.#log = log;
  }

  /** Answers one call; 422 is a breach of the contract. */
  answer(call: ContractCall): Answer {
    switch (call.route) {
      case 'products':
        return this.#product(call);
      case 'inventory':
        return this.#inventory(call);
      case 'shipments':
        return this.#shipment(call);
      case 'orders':
        return this.#order(call);
    }
  }

  #product({ vendor, id, body }: ContractCall): Answer {
    const read = check(product, body, (value) => [...otherId('groupId', value.groupId, id), ...productBreaches(value)]);
    if ('breaches' in read) return invalid(read.breaches);
    return verdictAnswer(this.#state.putProduct(vendor, read.value), read.value.rev);
  }

  #inventory({ vendor, body }: ContractCall): Answer {
    const read = check(inventoryBatch, body, ({ items }) => {
      const seen = new Set<string>();
      return items.flatMap((item, index) => {
        const breaches = inventoryBreaches(item, `items[${index}]`);
        // Results are told apart by externalId, so that two entries for one item couldn't be answered.
        if (seen.has(item.externalId)) breaches.push(`items[${index}].externalId: ${item.externalId} occurs twice`);
        seen.add(item.externalId);
        return breaches;
      });
    });
    if ('breaches' in read) return invalid(read.breaches);
    const results: ItemResult[] = [];
    for (const item of read.value.items) {
      const result = this.#state.putInventory(vendor, item);
      this.#log.count('items', result.status);
      results.push(result);
    }
    return { status: 200, json: JSON.stringify({ results }) };
  }

  #shipment({ vendor, id, body }: ContractCall): Answer {
    const read = check(shipment, body, (value) => otherId('shipmentId', value.shipmentId, id));
    if ('breaches' in read) return invalid(read.breaches);
    return verdictAnswer(this.#state.putShipment(vendor, read.value), read.value.rev);
  }

  #order({ vendor, id, body }: ContractCall): Answer {
    const read = check(orderChange, body, (value) => otherId('reference', value.reference, id));
    if ('breaches' in read) return invalid(read.breaches);
    return verdictAnswer(this.#state.putOrder(vendor, read.value), read.value.rev);
  }
}

function check<T>(
  schema: ZodType<T>,
  body: unknown,
  breachesOf: (value: T) => string[],
): { value: T } | { breaches: string[] } {
  const parsed = schema.safeParse(body);
  if (!parsed.success) {
    return {
      breaches: parsed.error.issues.map(({ path, message }) => `${z.core.toDotPath(path) || 'body'}: ${message}`),
    };
  }
  const breaches = breachesOf(parsed.data);
  return breaches.length === 0 ? { value: parsed.data } : { breaches };
}

function otherId(name: string, given: string, inPath: string): string[] {
  return given === inPath ? [] : [`${name}: is ${given}, but the path says ${inPath}`];
}

function invalid(breaches: string[]): Answer {
  const more = breaches.length > LISTED ? `; and ${breaches.length - LISTED} more` : '';
  return problemAnswer(422, breaches.slice(0, LISTED).join('; ') + more);
}

function verdictAnswer(verdict: Verdict, rev: number): Answer {
  if (verdict.accepted) return { status: 200, json: JSON.stringify({ rev }) };
  const detail = `rev ${rev} is older than ${verdict.heldRev}, which is held; go on from there`;
  return problemAnswer(409, detail, { heldRev: verdict.heldRev });
}
