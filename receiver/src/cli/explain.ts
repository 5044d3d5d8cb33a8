import type { Listing } from '@dstnc/shared';
import { plainText } from '../catalog/plain-text.ts';

/** A listing's story for a terminal: what DSTNC shows, why, and since when. */
export function explain(listing: Listing, title: string): string {
  const { variant, product, rejected, pending, discarded } = listing;
  const stock = variant?.inventory;
  const lines = [`${title}  ${listing.externalId}${variant?.sku ? `  SKU ${variant.sku}` : ''}`];
  if (product !== null && product.state !== 'active')
    lines.push(`${product.state} on DSTNC · ${product.stateReason ?? 'no reason given'}`);
  if (stock) {
    const quantity = stock.tracked ? `tracked, quantity ${stock.quantity}` : 'not tracked';
    lines.push(
      `${stock.purchasable ? 'purchasable' : 'not purchasable'} · ${quantity} · rule ${stock.rule} (${listing.because})`,
    );
  } else {
    lines.push(`not sold on DSTNC · ${listing.because}`);
  }
  lines.push(
    `fields  ${Object.entries(listing.fields)
      .map(([name, value]) => `${name} ${JSON.stringify(value) ?? 'missing'}`)
      .join(' · ')}`,
  );
  for (const note of listing.notes) lines.push(`note    ${note}`);
  lines.push(
    `read ${clock(listing.readAt)} ${listing.cause} · sent ${clock(listing.sentAt)} · accepted ${clock(listing.acceptedAt)}${late(listing.lateMs)} (attempt ${listing.attempts})`,
  );
  if (pending)
    lines.push(`waiting since ${clock(pending.since)}${pending.waitingFor === null ? '' : ` · ${pending.waitingFor}`}`);
  if (discarded)
    lines.push(`discarded by an operator at ${clock(discarded.at)}, until its next change · ${discarded.reason}`);
  if (rejected) lines.push(`rejected by DSTNC at ${clock(rejected.at)} (${rejected.status}) · ${rejected.reason}`);
  const history = listing.history.map(
    ({ at, quantity, state, purchasable }) =>
      `${clock(at)} ${quantity === null ? state : `quantity ${quantity}`}${purchasable === false ? ', not purchasable' : ''}`,
  );
  lines.push(`history  ${history.length === 0 ? 'none yet' : history.join(' · ')}`);
  return lines.map(plainText).join('\n');
}

/** How long after the first word of the change it was accepted. */
function late(ms: number | null): string {
  return ms === null ? '' : `, ${(ms / 1000).toFixed(1)} s after the first word of it`;
}

/** UTC, with the date where it isn't today's. */
function clock(iso: string | null): string {
  if (iso === null) return '—';
  const [day, time = ''] = iso.split('T');
  return day === new Date().toISOString().slice(0, 10) ? time.replace('Z', '') : `${day} ${time.replace('Z', '')}`;
}
