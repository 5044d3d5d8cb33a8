import { z } from 'zod';

/** Money: a decimal string without exponent, thousands mark or sign, as in "19.90". */
export const money = z
  .string()
  .regex(/^\d+(\.\d+)?$/)
  .meta({ description: 'Decimal string, never a float', example: '19.90' });

/** ISO 4217, capitals. */
export const currency = z
  .string()
  .regex(/^[A-Z]{3}$/)
  .meta({ description: 'ISO 4217', example: 'EUR' });

/** RFC 3339 in UTC, with milliseconds. */
export const instant = z.iso.datetime().meta({ description: 'RFC 3339, UTC' });

/** Orders two versions of the same thing: milliseconds since 1970 or the previous rev plus one, whichever is greater. */
export const rev = z.int().positive().meta({ description: 'Greater is newer; never reused for a group' });

/** `{productId}:{variationId|0}` within the vendor. Never the SKU, which vendors change and reuse. */
export const externalId = z
  .string()
  .regex(/^\d+:\d+$/)
  .meta({ description: '{productId}:{variationId|0}', example: '4711:0' });

/** The WooCommerce id of a product, which groups all its variations. */
export const groupId = z.string().regex(/^\d+$/).meta({ example: '4711' });
