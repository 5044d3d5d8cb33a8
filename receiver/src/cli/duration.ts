import { z } from 'zod';

/** "7d", "12h", "30m": milliseconds. */
export const duration = z
  .string()
  .regex(/^[1-9]\d{0,4}[mhd]$/, 'must be a number of minutes, hours or days, such as 30m, 12h or 7d')
  .transform((text) => Number.parseInt(text, 10) * { m: 60_000, h: 3_600_000, d: 86_400_000 }[text.slice(-1) as 'm'])
  .refine((ms) => ms <= 90 * 86_400_000, 'must be at most 90 days');
