import type { RawProduct } from './older-words.ts';

/**
 * The attributes of a variation in the names that its product has for them. Older APIs name a variation's attributes by their slugs, and a
 * value of a global attribute by that one's, too.
 *
 * @param parents the product's attributes
 */
export function nameAttributes(attributes: unknown, parents: readonly RawProduct[]): unknown {
  if (!Array.isArray(attributes)) return attributes;
  return attributes.map((attribute: RawProduct) => {
    const parent = parents.find(
      ({ slug, name }) => same(slug, attribute.slug ?? attribute.name) || same(name, attribute.name),
    );
    if (parent === undefined) return attribute;
    const options = Array.isArray(parent.options) ? parent.options : [];
    const option =
      options.find((one) => one === attribute.option) ?? options.find((one) => same(one, attribute.option));
    return { ...attribute, name: parent.name, option: option ?? attribute.option };
  });
}

/** Whether two names would have the same slug. */
function same(one: unknown, other: unknown): boolean {
  return typeof one === 'string' && typeof other === 'string' && slugOf(one) === slugOf(other);
}

/** Much like WordPress's sanitize_title(). */
function slugOf(name: string): string {
  let plain = name;
  try {
    // Slugs of other scripts are percent-encoded.
    plain = decodeURIComponent(name);
  } catch {
    // A percent sign that is one.
  }
  return plain
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
}
