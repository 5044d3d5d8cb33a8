import type { Inventory } from '@dstnc/shared';

/**
 * What the schema can't say of one item's inventory.
 *
 * @param path where the item stands in the body
 */
export function inventoryBreaches(item: Inventory, path: string): string[] {
  if (item.tracked && item.quantity === null) return [`${path}.quantity: is null although stock is tracked`];
  if (!item.tracked && item.quantity !== null) return [`${path}.quantity: must be null where stock is not tracked`];
  return [];
}
