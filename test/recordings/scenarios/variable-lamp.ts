import type { Stage } from '../scenario.ts';

/** A variable product and its variations, red and blue. */
export interface VariableLamp {
  readonly id: number;
  readonly red: number;
  readonly blue: number;
}

/** Makes a variable lamp; `parent` and `variation` are further fields of wc/v3. */
export async function createVariableLamp(
  { wc }: Pick<Stage, 'wc'>,
  parent: object = {},
  variation: object = {},
): Promise<VariableLamp> {
  const { id } = await wc('POST', 'products', {
    name: 'Lamp',
    type: 'variable',
    attributes: [{ name: 'Colour', options: ['red', 'blue'], visible: true, variation: true }],
    ...parent,
  });
  const ids: number[] = [];
  for (const option of ['red', 'blue']) {
    const created = await wc('POST', `products/${id}/variations`, {
      sku: `LAMP-${option.toUpperCase()}`,
      regular_price: '40',
      attributes: [{ name: 'Colour', option }],
      ...variation,
    });
    ids.push(created.id);
  }
  const [red = 0, blue = 0] = ids;
  return { id, red, blue };
}
