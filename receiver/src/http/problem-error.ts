import type { Problem } from '@dstnc/shared';

/** An answer other than success: RFC 9457 problem details. `detail` says what to do. */
export class ProblemError extends Error {
  readonly problem: Problem;
  /** Seconds, for `Retry-After`. */
  readonly retryAfter: number | undefined;

  /** @param type last part of the problem's type URI; stable, for programs */
  constructor(
    status: number,
    type: string,
    text: { title: string; detail?: string; retryAfter?: number; more?: Record<string, unknown> },
  ) {
    super(text.title);
    this.name = 'ProblemError';
    this.problem = {
      type: `urn:dstnc:problem:${type}`,
      title: text.title,
      status,
      ...(text.detail !== undefined && { detail: text.detail }),
      ...text.more,
    };
    this.retryAfter = text.retryAfter;
  }
}
