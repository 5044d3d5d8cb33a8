import { z } from 'zod';

/** One of the troubleshooter's checks, in the vendor's words. The plugin makes some, the receiver others; both show them alike. */
export const check = z.looseObject({
  /** Stable, for programs: `rest_api`, `webhooks`, `clone`. */
  id: z.string(),
  status: z.enum(['ok', 'warning', 'problem', 'unknown']),
  /** What is. */
  title: z.string(),
  /** The evidence in a sentence or two. */
  detail: z.string().default(''),
  /** Why it matters. */
  why: z.string().default(''),
  /** The one thing to do; empty if all is well. */
  advice: z.string().default(''),
  /** For support; never a secret. */
  technical: z.string().default(''),
});

/** See {@link check}. */
export type Check = z.infer<typeof check>;

/** Answer of `GET /v1/stores/:id/doctor`. */
export const doctorReport = z.looseObject({
  checkedAt: z.string(),
  healthy: z.boolean(),
  checks: z.array(check),
});

/** See {@link doctorReport}. */
export type DoctorReport = z.infer<typeof doctorReport>;
