import { z } from 'zod';

/** RFC 9457 problem details, the form of every error on both wires. `detail` says what to do. */
export const problem = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    heldRev: z.int().optional().meta({ description: 'With 409: the newest rev that DSTNC holds' }),
  })
  .meta({ id: 'Problem' });

/** See {@link problem}. */
export type Problem = z.infer<typeof problem>;
