/** So many accepted revs are remembered for each group. */
const REMEMBERED = 100;

interface GroupRevs {
  product: number;
  newest: number;
  items: Map<string, number>;
  sequence: number[];
}

/**
 * Watches what was accepted, apart from the state that decides it: a regression here shows a fault there. An item is compared
 * with its own past and with its product's, not with its siblings', for they are independent of each other.
 */
export class RevLedger {
  readonly #groups = new Map<string, GroupRevs>();
  #regressions = 0;

  /** How often an older rev replaced a newer one. Anything but 0 is a fault. */
  get regressions(): number {
    return this.#regressions;
  }

  /** The newest accepted revs of a group, each greater than the one before. */
  sequence(vendor: string, groupId: string): readonly number[] {
    return this.#groups.get(keyOf(vendor, groupId))?.sequence ?? [];
  }

  /** Notes that a whole product took effect; it replaces all its items, too. */
  acceptProduct(vendor: string, groupId: string, rev: number): void {
    const group = this.#group(vendor, groupId);
    if (rev < group.newest) this.#regressions += 1;
    group.product = rev;
    group.items.clear();
    this.#append(group, rev);
  }

  /** Notes that one item's inventory took effect. */
  acceptItem(vendor: string, groupId: string, item: { externalId: string; rev: number }): void {
    const group = this.#group(vendor, groupId);
    if (item.rev < Math.max(group.product, group.items.get(item.externalId) ?? 0)) this.#regressions += 1;
    group.items.set(item.externalId, item.rev);
    this.#append(group, item.rev);
  }

  /** Forgets everything. */
  clear(): void {
    this.#groups.clear();
    this.#regressions = 0;
  }

  #append(group: GroupRevs, rev: number): void {
    if (rev <= group.newest) return;
    group.newest = rev;
    group.sequence.push(rev);
    if (group.sequence.length > REMEMBERED) group.sequence.shift();
  }

  #group(vendor: string, groupId: string): GroupRevs {
    const key = keyOf(vendor, groupId);
    const known = this.#groups.get(key);
    if (known) return known;
    const group: GroupRevs = { product: 0, newest: 0, items: new Map(), sequence: [] };
    this.#groups.set(key, group);
    return group;
  }
}

function keyOf(vendor: string, groupId: string): string {
  return `${groupId} ${vendor}`;
}
