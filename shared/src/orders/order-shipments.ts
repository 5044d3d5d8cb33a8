import type { Shipment } from '../dstnc/shipment.ts';
import type { OrderView } from '../plugin/orders.ts';
import { carrierOf, trackingUrl } from './carriers.ts';
import { isOpen, isPutAway, isWaiting } from './order-statuses.ts';

/** What DSTNC is to be told of one parcel: without the rev that each send adds. */
export type ShipmentDraft = Omit<Shipment, 'rev'>;

/** A parcel that DSTNC was told of, and what in the store it stands for. */
export interface NumberedShipment {
  /** The store's own name of the parcel: what its number is kept by, whatever changes about it. */
  readonly key: string;
  readonly draft: ShipmentDraft;
}

/** A parcel as one of the sources has it, before it has a number. */
interface Parcel {
  readonly key: string;
  readonly source: Shipment['source'];
  readonly provider: string | null;
  readonly number: string | null;
  readonly url: string | null;
  readonly shippedAt: string | null;
  readonly lines: Shipment['lines'];
}

/** The key of what is completed without being in any parcel. */
const REST = 'rest';
/** What the keys of all others begin with, by their source. */
const [FULFILLMENT, TRACKING] = ['fulfillment ', 'tracking '];

/**
 * What has been shipped of an order, parcel by parcel. Pure.
 *
 * Sources in order of trust: Order Fulfillments; Shipment Tracking or AST, which keep their numbers in the same place; and a completed order
 * without any of them, which is shipped without tracking, as the documentation says. A number that only a less trusted one has is a further
 * parcel, to which fulfillments without a number give way: DSTNC pays for a number. A parcel that names its contents leaves the rest to the
 * completion of the order.
 *
 * Numbers (`reference:1` and on) are never taken from a parcel and never given twice. A parcel keeps the one that it was told of by; a new
 * one takes that of one that is gone (a corrected number is another entry in Shipment Tracking, and a late one takes the place of "shipped
 * without tracking"); and one that is gone without a successor is told of as empty. But what was shipped stays so: an order in the bin loses
 * none, what is shipped without tracking is taken back only where the order is visibly opened again, and the parcels of a source that can't be
 * read now (Order Fulfillments were switched off, or there is the Legacy API alone) are what they were.
 *
 * @param held what was derived before, in the order of its numbers
 */
export function orderShipments(order: OrderView, held: readonly NumberedShipment[]): NumberedShipment[] {
  const taken = new Map<number, Parcel>();
  const free = (index: number) => !taken.has(index);
  let unknown = parcelsOf(order, held);
  for (const isSame of [hasSameKey, hasSameNumber]) {
    unknown = unknown.filter((parcel) => {
      const index = held.findIndex((one, i) => free(i) && isSame(one, parcel));
      if (index >= 0) taken.set(index, parcel);
      return index < 0;
    });
  }
  let count = held.length;
  for (const parcel of unknown) {
    let index = 0;
    while (index < count && !free(index)) index += 1;
    if (index === count && isWaiting(order.status)) continue;
    taken.set(index, parcel);
    count = Math.max(count, index + 1);
  }
  return Array.from({ length: count }, (_, index) => {
    const parcel = taken.get(index);
    const shipmentId = `${order.reference}:${index + 1}`;
    if (parcel !== undefined) return { key: parcel.key, draft: draftOf(order, shipmentId, parcel) };
    const before = held[index] as NumberedShipment;
    return staysShipped(order, before) ? before : { key: before.key, draft: emptied(before.draft) };
  });
}

/** Whether something has gone out that was not taken back. */
export function hasShipped(shipments: readonly Pick<NumberedShipment, 'draft'>[]): boolean {
  return shipments.some(({ draft: { lines } }) => lines === null || lines.length > 0);
}

/** Whether a parcel that is not to be found in the order any more has gone out all the same. */
function staysShipped({ status }: OrderView, { key }: NumberedShipment): boolean {
  return isPutAway(status) || (key === REST && status !== 'completed' && !isOpen(status));
}

function hasSameKey({ key }: NumberedShipment, parcel: Parcel): boolean {
  return key === parcel.key;
}

/** The vendor entered it anew, or another plugin took over. */
function hasSameNumber({ draft }: NumberedShipment, { number }: Parcel): boolean {
  return isSameNumber(draft.trackingNumber, number);
}

/** Carriers print numbers in groups, and people type them as they like. */
function isSameNumber(one: string | null, other: string | null): boolean {
  const plain = (number: string) => number.replace(/[\s-]/g, '').toUpperCase();
  return one !== null && other !== null && plain(one) === plain(other);
}

/** Nothing is in it any more. */
function emptied(draft: ShipmentDraft): ShipmentDraft {
  const { carrierName: _name, ...rest } = draft;
  return { ...rest, lines: [], carrier: null, trackingNumber: null, trackingUrl: null };
}

function draftOf(order: OrderView, shipmentId: string, parcel: Parcel): ShipmentDraft {
  const carrier = parcel.provider === null ? null : carrierOf(parcel.provider);
  const url =
    parcel.number === null
      ? null
      : (webAddress(parcel.url) ?? (carrier && trackingUrl(carrier, parcel.number)) ?? null);
  return {
    shipmentId,
    orderReference: order.reference,
    lines: parcel.lines,
    carrier: carrier?.code ?? parcel.provider,
    ...(parcel.provider !== null && { carrierName: parcel.provider }),
    trackingNumber: parcel.number,
    trackingUrl: url,
    shippedAt: parcel.shippedAt ?? order.dateCompleted ?? order.dateModified ?? order.dateCreated ?? EPOCH,
    source: parcel.source,
  };
}

const EPOCH = new Date(0).toISOString();

function parcelsOf(order: OrderView, held: readonly NumberedShipment[]): Parcel[] {
  const fulfilled = fulfillmentParcels(order) ?? asTold(held, FULFILLMENT);
  const further = (trackingParcels(order) ?? asTold(held, TRACKING)).filter(
    (one) => !fulfilled.some(({ number }) => isSameNumber(one.number, number)),
  );
  const certain = further.length === 0 ? fulfilled : fulfilled.filter(({ number }) => number !== null);
  const parcels = [...certain, ...further];
  if (order.status !== 'completed') return parcels;
  // What else is in those that can't be read nobody knows.
  const unread = [
    ...(order.fulfillments === null ? [FULFILLMENT] : []),
    ...(order.trackingItems === null ? [TRACKING] : []),
  ];
  if (unread.some((source) => asTold(held, source).length > 0)) return [...parcels, ...asTold(held, REST)];
  const rest = restOf(order, parcels);
  return rest === undefined ? parcels : [...parcels, rest];
}

/** The parcels of one source as DSTNC was told of them. */
function asTold(held: readonly NumberedShipment[], source: string): Parcel[] {
  return held
    .filter(({ key, draft }) => key.startsWith(source) && draft.lines?.length !== 0)
    .map(({ key, draft }) => ({
      key,
      source: draft.source,
      provider: draft.carrierName ?? draft.carrier,
      number: draft.trackingNumber,
      url: draft.trackingUrl,
      shippedAt: draft.shippedAt,
      lines: draft.lines,
    }));
}

function fulfillmentParcels(order: OrderView): Parcel[] | undefined {
  return order.fulfillments
    ?.filter(({ fulfilled }) => fulfilled)
    .sort((a, b) => a.id - b.id)
    .map((fulfillment) => ({
      key: `${FULFILLMENT}${fulfillment.id}`,
      source: 'fulfillments',
      provider: tidy(fulfillment.provider),
      number: tidy(fulfillment.trackingNumber),
      url: fulfillment.trackingUrl,
      shippedAt: fulfillment.dateUpdated,
      lines: linesOf(order, fulfillment.items),
    }));
}

function trackingParcels(order: OrderView): Parcel[] | undefined {
  return order.trackingItems?.flatMap((item, index): Parcel[] => {
    const number = tidy(item.trackingNumber);
    if (number === null) return [];
    return [
      {
        key: `${TRACKING}${item.trackingId ?? `${index + 1}`}`,
        source: item.source,
        provider: tidy(item.provider) ?? tidy(item.customProvider),
        number,
        url:
          item.customUrl?.replace('%1$s', encodeURIComponent(number)).replace('%s', encodeURIComponent(number)) ?? null,
        shippedAt: item.dateShipped === null ? null : new Date(item.dateShipped * 1000).toISOString(),
        lines: item.items === null || item.items.length === 0 ? null : linesOf(order, item.items),
      },
    ];
  });
}

/** What a completed order has beside its parcels. Parcels that don't say what is in them may have everything. */
function restOf(order: OrderView, parcels: readonly Parcel[]): Parcel | undefined {
  const rest: Omit<Parcel, 'lines'> = {
    key: REST,
    source: 'status_completed',
    provider: null,
    number: null,
    url: null,
    shippedAt: order.dateCompleted,
  };
  if (parcels.length === 0) return { ...rest, lines: null };
  if (parcels.some(({ lines }) => lines === null)) return undefined;
  const ordered = order.lines.map(({ externalId, quantity, refunded }) => ({
    externalId,
    quantity: Math.max(0, quantity - refunded),
  }));
  const sent = parcels.flatMap(({ lines }) => lines ?? []);
  const lines = summed([...ordered, ...sent.map((line) => ({ ...line, quantity: -line.quantity }))]).filter(
    ({ quantity }) => quantity > 0,
  );
  return lines.length === 0 ? undefined : { ...rest, lines };
}

interface Content {
  readonly lineId: number | null;
  readonly externalId?: string | null | undefined;
  readonly quantity: number;
}

/** @returns null where nothing of it can be told */
function linesOf(order: OrderView, items: readonly Content[]): Shipment['lines'] {
  const byId = new Map(order.lines.map(({ lineId, externalId }) => [lineId, externalId]));
  const known = items.flatMap(({ lineId, externalId, quantity }) => {
    const named = (lineId === null ? undefined : byId.get(lineId)) ?? externalId ?? undefined;
    return named !== undefined && /^\d+:\d+$/.test(named) && quantity > 0 ? [{ externalId: named, quantity }] : [];
  });
  return known.length === 0 ? null : summed(known);
}

/** One line an item. */
function summed(lines: NonNullable<Shipment['lines']>): NonNullable<Shipment['lines']> {
  const sums = new Map<string, number>();
  for (const { externalId, quantity } of lines) sums.set(externalId, (sums.get(externalId) ?? 0) + quantity);
  return [...sums].map(([externalId, quantity]) => ({ externalId, quantity }));
}

/** People paste numbers with spaces around them, and other things that no number has. */
function tidy(value: string | null): string | null {
  const plain = (value ?? '')
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, 200);
  return plain === '' ? null : plain;
}

function webAddress(value: string | null): string | null {
  const url = value === null ? null : URL.parse(value.trim());
  return url !== null && /^https?:$/.test(url.protocol) && url.href.length <= 2_000 ? url.href : null;
}
