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
export {
  type OrderAddress,
  type OrderIn,
  type OrderList,
  type OrderPlaced,
  type OrderReport,
  type OrderState,
  type OrderSummary,
  orderIn,
  orderList,
  orderPlaced,
  orderReference,
  orderReport,
  orderState,
} from './dstnc/order.ts';
export { type OrderChange, orderChange } from './dstnc/order-change.ts';
export { type Problem, problem } from './dstnc/problem.ts';
export { type Product, product, type StateReason, type Variant } from './dstnc/product.ts';
export { type Shipment, shipment } from './dstnc/shipment.ts';
export { type ExternalId, externalId, parseExternalId } from './external-id.ts';
export { CARRIERS, type Carrier, carrierOf, trackingUrl } from './orders/carriers.ts';
export { placesOf, readDecimal, roundDecimal, sameDecimal, scaleDecimal, writeDecimal } from './orders/decimal.ts';
export { type ChangingOrder, orderChangeOf } from './orders/order-change-of.ts';
export { type NumberedShipment, orderShipments, type ShipmentDraft } from './orders/order-shipments.ts';
export { isOpen, isOver, isPutAway } from './orders/order-statuses.ts';
export { type CatalogPage, catalogPage } from './plugin/catalog-page.ts';
export { type ChangesPage, changesPage } from './plugin/changes-page.ts';
export { type Check, check, type DoctorReport, doctorReport } from './plugin/check.ts';
export {
  type ConnectionAnswer,
  type ConnectionRequest,
  connectionAnswer,
  connectionRequest,
  renewalRequest,
} from './plugin/connection.ts';
export { CONTRACT_VERSION, OLDEST_CONTRACT_VERSION } from './plugin/contract-version.ts';
export { type OrderView, orderView, pluginOrderPlaced, pluginOrderRefusal, pluginOrders } from './plugin/orders.ts';
export { type PluginStatus, pluginStatus, type ShopLanguages } from './plugin/plugin-status.ts';
export { type StoreReport, storeReport } from './plugin/store-report.ts';
export type { StockFacts } from './stock/stock-facts.ts';
export { type StockQuantity, stockQuantity } from './stock/stock-quantity.ts';
export { type StockOptions, type StockOutcome, stockRules } from './stock/stock-rules.ts';
export { signBody, verifySignature } from './webhooks/signature.ts';
export { type DoorbellChange, readWebhookEvent, type WebhookEvent } from './webhooks/webhook-event.ts';
export { readStoreOrder, type StoreOrder, type StoreOrderReading } from './woocommerce/order.ts';
export { readStoreProduct, type StoreProduct, type StoreProductReading } from './woocommerce/product.ts';
