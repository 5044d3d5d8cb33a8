import type { Product } from '@dstnc/shared';
import { inventoryBreaches } from './inventory-breaches.ts';

/**
 * What the schema can't say of a product: the items belong to their group, once each, and one read (one rev) made them all.
 */
export function productBreaches(product: Product): string[] {
  const breaches: string[] = [];
  const seen = new Set<string>();
  for (const [index, { externalId, inventory }] of product.variants.entries()) {
    const path = `variants[${index}]`;
    if (!externalId.startsWith(`${product.groupId}:`)) {
      breaches.push(`${path}.externalId: ${externalId} is not of group ${product.groupId}`);
    }
    if (seen.has(externalId)) breaches.push(`${path}.externalId: ${externalId} occurs twice`);
    seen.add(externalId);
    if (inventory.externalId !== externalId) {
      breaches.push(`${path}.inventory.externalId: ${inventory.externalId} is not the variant's, ${externalId}`);
    }
    if (inventory.rev !== product.rev) {
      breaches.push(`${path}.inventory.rev: ${inventory.rev} is not the product's, ${product.rev}`);
    }
    breaches.push(...inventoryBreaches(inventory, `${path}.inventory`));
  }
  return breaches;
}
