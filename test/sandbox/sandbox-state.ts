import type { Inventory, InventoryResults, OrderChange, Product, Shipment } from '@dstnc/shared';
import { RevLedger } from './rev-ledger.ts';

/** Whether a whole thing was taken, or which newer rev stood in its way. */
export type Verdict = { accepted: true } | { accepted: false; heldRev: number };

/** What became of one item of an inventory batch. */
export type ItemResult = NonNullable<InventoryResults['results']>[number];

interface HeldGroup {
  product: Product;
  /** By externalId; kept beside the product so that the body that was received stays as it was. */
  inventory: Map<string, Inventory>;
  /** The greatest of the product's rev and its items'. */
  newest: number;
}

interface HeldVendor {
  groups: Map<string, HeldGroup>;
  shipments: Map<string, Shipment>;
  orders: Map<string, OrderChange>;
}

const ACCEPTED: Verdict = { accepted: true };

/** What DSTNC holds for each vendor, and the rules by which a newer version replaces an older one. */
export class SandboxState {
  readonly #vendors = new Map<string, HeldVendor>();
  readonly #ledger = new RevLedger();

  /** How often an older rev replaced a newer one. Anything but 0 is a fault. */
  get regressions(): number {
    return this.#ledger.regressions;
  }

  /** The newest 100 revs accepted for a group or its items, going only up. */
  acceptedRevs(vendor: string, groupId: string): readonly number[] {
    return this.#ledger.sequence(vendor, groupId);
  }

  /** Takes a whole product unless the group holds something newer. */
  putProduct(vendor: string, product: Product): Verdict {
    const { groups } = this.#vendor(vendor);
    const held = groups.get(product.groupId);
    if (held && product.rev < held.newest) return { accepted: false, heldRev: held.newest };
    const inventory = new Map(product.variants.map((variant) => [variant.externalId, variant.inventory]));
    groups.set(product.groupId, { product, inventory, newest: product.rev });
    this.#ledger.acceptProduct(vendor, product.groupId, product.rev);
    return ACCEPTED;
  }

  /** Replaces one variant's inventory. */
  putInventory(vendor: string, item: Inventory): ItemResult {
    const { externalId, rev } = item;
    const groupId = externalId.slice(0, externalId.indexOf(':'));
    const group = this.#vendors.get(vendor)?.groups.get(groupId);
    if (!group) return { externalId, status: 'unknown', reason: `product ${groupId} was never sent` };
    if (group.product.state === 'deleted') {
      return { externalId, status: 'unknown', reason: `product ${groupId} is deleted` };
    }
    const held = group.inventory.get(externalId);
    if (!held) return { externalId, status: 'unknown', reason: `product ${groupId} has no such variant` };
    const newest = Math.max(group.product.rev, held.rev);
    if (rev < newest)
      return { externalId, status: 'stale', reason: `rev ${rev} is older than ${newest}, which is held` };
    group.inventory.set(externalId, item);
    group.newest = Math.max(group.newest, rev);
    this.#ledger.acceptItem(vendor, groupId, item);
    return { externalId, status: 'accepted' };
  }

  /** Takes a shipment unless a newer version of it is held. */
  putShipment(vendor: string, shipment: Shipment): Verdict {
    return replaceOlder(this.#vendor(vendor).shipments, shipment.shipmentId, shipment);
  }

  /** Takes what became of an order unless something newer is held. */
  putOrder(vendor: string, change: OrderChange): Verdict {
    return replaceOlder(this.#vendor(vendor).orders, change.reference, change);
  }

  /** Names of the vendors that anything was accepted for. */
  vendors(): string[] {
    return [...this.#vendors.keys()];
  }

  /** Every product that is held, deleted ones (their tombstones) included, with the inventory as of now. */
  products(vendor: string): Product[] {
    return [...(this.#vendors.get(vendor)?.groups.values() ?? [])].map(withInventory);
  }

  /** One product as it is held, with the inventory as of now. */
  product(vendor: string, groupId: string): Product | undefined {
    const group = this.#vendors.get(vendor)?.groups.get(groupId);
    return group && withInventory(group);
  }

  /** Inventory of every item of every product that isn't deleted. */
  inventory(vendor: string): Inventory[] {
    const groups = [...(this.#vendors.get(vendor)?.groups.values() ?? [])];
    return groups
      .filter((group) => group.product.state !== 'deleted')
      .flatMap((group) => [...group.inventory.values()]);
  }

  /** Inventory of one item; undefined also where its product is deleted. */
  item(vendor: string, externalId: string): Inventory | undefined {
    const group = this.#vendors.get(vendor)?.groups.get(externalId.slice(0, externalId.indexOf(':')));
    return group?.product.state === 'deleted' ? undefined : group?.inventory.get(externalId);
  }

  /** Every shipment that is held. */
  shipments(vendor: string): Shipment[] {
    return [...(this.#vendors.get(vendor)?.shipments.values() ?? [])];
  }

  /** One shipment as it is held. */
  shipment(vendor: string, shipmentId: string): Shipment | undefined {
    return this.#vendors.get(vendor)?.shipments.get(shipmentId);
  }

  /** What became of every order that anything was told of. */
  orders(vendor: string): OrderChange[] {
    return [...(this.#vendors.get(vendor)?.orders.values() ?? [])];
  }

  /** What became of one order. */
  order(vendor: string, reference: string): OrderChange | undefined {
    return this.#vendors.get(vendor)?.orders.get(reference);
  }

  /** Forgets everything. */
  clear(): void {
    this.#vendors.clear();
    this.#ledger.clear();
  }

  #vendor(name: string): HeldVendor {
    const known = this.#vendors.get(name);
    if (known) return known;
    const vendor: HeldVendor = { groups: new Map(), shipments: new Map(), orders: new Map() };
    this.#vendors.set(name, vendor);
    return vendor;
  }
}

function replaceOlder<T extends { rev: number }>(held: Map<string, T>, id: string, next: T): Verdict {
  const current = held.get(id);
  if (current && next.rev < current.rev) return { accepted: false, heldRev: current.rev };
  held.set(id, next);
  return ACCEPTED;
}

function withInventory({ product, inventory }: HeldGroup): Product {
  return {
    ...product,
    variants: product.variants.map((variant) => ({
      ...variant,
      inventory: inventory.get(variant.externalId) ?? variant.inventory,
    })),
  };
}
