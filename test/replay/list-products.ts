import type { CatalogItem } from './recorded-catalog.ts';

/**
 * What `GET products` selects, in its order: all but the trash unless a status is asked for, newest first. Knows status,
 * include, exclude, type, sku, modified_after, modified_before, orderby (date, modified, id, title) and order.
 */
export function listProducts(products: readonly CatalogItem[], query: URLSearchParams): CatalogItem[] {
  const status = query.get('status') ?? 'any';
  const include = ids(query, 'include');
  const exclude = ids(query, 'exclude');
  const sku = query.get('sku')?.split(',');
  const modifiedAfter = query.get('modified_after');
  const modifiedBefore = query.get('modified_before');
  return products
    .filter((product) => (status === 'any' ? product.status !== 'trash' : product.status === status))
    .filter(({ id }) => include.length === 0 || include.includes(id))
    .filter(({ id }) => !exclude.includes(id))
    .filter(({ type }) => !query.get('type') || type === query.get('type'))
    .filter((product) => !sku || sku.includes(product.sku ?? ''))
    .filter(({ date_modified_gmt: date }) => !modifiedAfter || seconds(date) > seconds(modifiedAfter))
    .filter(({ date_modified_gmt: date }) => !modifiedBefore || seconds(date) < seconds(modifiedBefore))
    .sort(comparison(query));
}

function ids(query: URLSearchParams, name: string): number[] {
  // Clients write lists as include=1,2, include[]=1&include[]=2 and include[0]=1&include[1]=2: PHP takes all three.
  const indexed = [...query].flatMap(([key, value]) => (key.startsWith(`${name}[`) ? [value] : []));
  return [...(query.get(name)?.split(',') ?? []), ...indexed].map(Number).filter((id) => id > 0);
}

/** The dates of a store whose clock is UTC, with or without a zone. */
function seconds(date: string | null | undefined): number {
  if (!date) return Number.NEGATIVE_INFINITY;
  return Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(date) ? date : `${date}Z`) / 1000;
}

function comparison(query: URLSearchParams): (a: CatalogItem, b: CatalogItem) => number {
  const direction = query.get('order') === 'asc' ? 1 : -1;
  const byId = (a: CatalogItem, b: CatalogItem) => direction * (a.id - b.id);
  switch (query.get('orderby') ?? 'date') {
    case 'id':
      return byId;
    case 'title':
      return (a, b) => direction * (a.name ?? '').localeCompare(b.name ?? '') || byId(a, b);
    case 'modified':
      return (a, b) => direction * (seconds(a.date_modified_gmt) - seconds(b.date_modified_gmt)) || byId(a, b);
    default:
      return (a, b) => direction * (seconds(a.date_created_gmt) - seconds(b.date_created_gmt)) || byId(a, b);
  }
}
