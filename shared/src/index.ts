export {
  type Inventory,
  type InventoryBatch,
  type InventoryResult,
  type InventoryResults,
  inventory,
  inventoryBatch,
  inventoryResult,
  inventoryResults,
} from './dstnc/inventory.ts';
export { type HistoryEntry, type Listing, listing, type Rejection } from './dstnc/listing.ts';
export { type OrderChange, orderChange } from './dstnc/order-change.ts';
export { type Problem, problem } from './dstnc/problem.ts';
export { type Product, product, type StateReason, type Variant } from './dstnc/product.ts';
export { type Shipment, shipment } from './dstnc/shipment.ts';
export { type ExternalId, externalId, parseExternalId } from './external-id.ts';
export type { StockFacts } from './stock/stock-facts.ts';
export { type StockQuantity, stockQuantity } from './stock/stock-quantity.ts';
export { type StockOptions, type StockOutcome, stockRules } from './stock/stock-rules.ts';
export { signBody, verifySignature } from './webhooks/signature.ts';
export { type DoorbellChange, readWebhookEvent, type WebhookEvent } from './webhooks/webhook-event.ts';
export { readStoreOrder, type StoreOrder, type StoreOrderReading } from './woocommerce/order.ts';
export { readStoreProduct, type StoreProduct, type StoreProductReading } from './woocommerce/product.ts';
