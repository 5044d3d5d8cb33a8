import type { Logger } from 'pino';

/** What somebody who runs the receiver did, or tried to. */
export interface OperatorAction {
  /** The name of the operator's token, or `cli:` and the user of the machine. */
  readonly who: string;
  /** A route, `POST /v1/dead-letters/:id/replay`, or a command, `receiver dead-letters replay`. */
  readonly action: string;
  /** What it was done to: an id, a vendor's name. */
  readonly subject: string | null;
  /** `refused`: it was asked for wrongly, or can't be; `failed`: the receiver could not; `cut off`: the caller went away meanwhile. */
  readonly outcome: 'done' | 'refused' | 'failed' | 'cut off';
  /** Of the HTTP answer. */
  readonly status?: number;
}

/** Writes one line for each action of an operator, whatever `LOG_LEVEL` says short of `silent`: what was done has to be found later. */
export function logOperatorAction(log: Logger, action: OperatorAction): void {
  const always = log.level === 'silent' ? log : log.child({}, { level: 'info' });
  always.info({ audit: true, ...action }, 'operator action');
}
