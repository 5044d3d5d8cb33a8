import { __ } from '@wordpress/i18n';
import type { ReactNode } from 'react';
import type { Attempt, Importing, Step, StepId } from '../api/types.ts';
import { useFocus } from '../data/use-focus.ts';
import { useSlow } from '../data/use-slow.ts';
import { ImportProgress } from './import-progress.tsx';
import { Mark, type MarkKind } from './mark.tsx';
import { ProblemText } from './problem-text.tsx';

/** What the lines show. */
export interface StepListProps {
  readonly attempt: Attempt;
  /** A step is being done right now. */
  readonly running: boolean;
  readonly importing?: Importing | null;
  /** What to do about a failure, at its line. */
  readonly actions?: ReactNode;
}

const marks: Readonly<Record<Step['state'], MarkKind>> = {
  done: 'good',
  failed: 'bad',
  running: 'running',
  waiting: 'neutral',
};

/** The parts of connecting, each line as it happens. */
export function StepList({ attempt, running, importing = null, actions }: StepListProps) {
  const steps = happened(attempt.steps, running);
  const current = steps.at(-1);
  const failedAt = useFocus<HTMLLIElement>(attempt.failed ? attempt.id : null);
  const slow = useSlow(current?.state === 'running');
  return (
    <>
      <ol className="dstnc-steps">
        {steps.map((step) => (
          <li
            key={step.id}
            className={`dstnc-step dstnc-step-${step.state}`}
            ref={step.state === 'failed' ? failedAt : undefined}
            tabIndex={step.state === 'failed' ? -1 : undefined}
          >
            <Mark kind={step.id === 'catalogue' && importing ? 'running' : marks[step.state]} />
            <div className="dstnc-step-body">
              <span className="dstnc-step-title">
                {step.problem?.title ?? label(step.id, step.id === 'catalogue' && importing ? 'running' : step.state)}
              </span>
              {step.id === 'catalogue' && importing ? (
                <ImportProgress importing={importing} />
              ) : (
                <span className="dstnc-step-detail">
                  {step.detail || (step === current && slow ? waitingFor(step.id) : '')}
                </span>
              )}
              {step.problem && (
                <>
                  <ProblemText problem={step.problem} />
                  {actions && <div className="dstnc-actions">{actions}</div>}
                </>
              )}
            </div>
          </li>
        ))}
      </ol>
      {/* One short sentence per step, for screen readers: the list itself would be read over and over. */}
      <p className="screen-reader-text" role="status">
        {current && !importing ? (current.problem?.title ?? label(current.id, current.state)) : ''}
      </p>
    </>
  );
}

/** Those to show: what was done, and the one that is being done. */
function happened(steps: readonly Step[], running: boolean): Step[] {
  const shown: Step[] = [];
  for (const step of steps) {
    if (step.state === 'waiting') {
      if (running) shown.push({ ...step, state: 'running' });
      break;
    }
    shown.push(step);
    if (step.state !== 'done') break;
  }
  return shown;
}

function label(id: StepId, state: Step['state']): string {
  const done = state === 'done';
  const failed = state === 'failed';
  switch (id) {
    case 'checks':
      if (failed) return __('This shop is not ready yet', 'dstnc-for-woocommerce');
      return done
        ? __('This shop is ready', 'dstnc-for-woocommerce')
        : __('Looking whether this shop is ready', 'dstnc-for-woocommerce');
    case 'access':
      if (failed) return __('No access for DSTNC could be made', 'dstnc-for-woocommerce');
      return done
        ? __('Access for DSTNC created', 'dstnc-for-woocommerce')
        : __('Creating access for DSTNC', 'dstnc-for-woocommerce');
    case 'notifications':
      if (failed) return __('Notifications could not be switched on', 'dstnc-for-woocommerce');
      return done
        ? __('Notifications switched on', 'dstnc-for-woocommerce')
        : __('Switching on notifications', 'dstnc-for-woocommerce');
    case 'reach':
      if (failed) return __('DSTNC can’t reach this shop', 'dstnc-for-woocommerce');
      return done
        ? __('DSTNC can reach this shop', 'dstnc-for-woocommerce')
        : __('Asking DSTNC to reach this shop', 'dstnc-for-woocommerce');
    case 'catalogue':
      if (failed) return __('Your catalogue could not be sent', 'dstnc-for-woocommerce');
      return done
        ? __('Your catalogue is on its way', 'dstnc-for-woocommerce')
        : __('Sending your catalogue', 'dstnc-for-woocommerce');
  }
}

/** What a step that takes longer waits for. */
function waitingFor(id: StepId): string {
  switch (id) {
    case 'checks':
      return __('Waiting for this shop to answer itself…', 'dstnc-for-woocommerce');
    case 'access':
      return __('Making a key…', 'dstnc-for-woocommerce');
    case 'notifications':
      return __('Preparing this shop’s database…', 'dstnc-for-woocommerce');
    case 'reach':
      return __('Waiting for DSTNC, which is calling this shop back…', 'dstnc-for-woocommerce');
    case 'catalogue':
      return __('Waiting for DSTNC to start reading your products…', 'dstnc-for-woocommerce');
  }
}
