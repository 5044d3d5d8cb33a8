import { Button } from '@wordpress/components';
import { __, _n, sprintf } from '@wordpress/i18n';
import type { Check, Remedy } from '../api/types.ts';
import type { Checks } from '../data/use-checks.ts';
import { number } from '../format/numbers.ts';
import { ActionButton } from './action-button.tsx';
import { Details } from './details.tsx';
import { Fold } from './fold.tsx';
import { HelpLink } from './help-link.tsx';
import { Mark, type MarkKind } from './mark.tsx';
import { ProblemText } from './problem-text.tsx';
import { RelativeTime } from './relative-time.tsx';
import { words } from './words.tsx';

const marks: Readonly<Record<Check['status'], MarkKind>> = {
  ok: 'good',
  warning: 'warning',
  problem: 'bad',
  unknown: 'neutral',
};
const order = ['problem', 'warning', 'unknown', 'ok'] as const;

/** What the fold needs. */
export interface ChecksFoldProps {
  readonly checks: Checks;
  readonly open: boolean;
  readonly onToggle: (open: boolean) => void;
  readonly onCheck: () => void;
  readonly onRemedy: (remedy: Remedy) => void;
}

/** The troubleshooter: what is not as it should be first. */
export function ChecksFold({ checks, open, onToggle, onCheck, onRemedy }: ChecksFoldProps) {
  const list = [...(checks.answer?.checks ?? [])].sort((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
  return (
    <Fold title={title(checks)} open={open} onToggle={onToggle}>
      {checks.problem && <ProblemText problem={checks.problem} />}
      <ul className="dstnc-checks">
        {list.map((check) => (
          <li key={check.id} className={`dstnc-check dstnc-check-${check.status}`}>
            <Mark kind={marks[check.status]} />
            <div>
              <strong>{check.title}</strong>
              <span className="screen-reader-text"> {statusWord(check.status)}</span>
              {check.detail !== '' && <p>{check.detail}</p>}
              {check.status !== 'ok' && <NotFine check={check} onRemedy={onRemedy} />}
            </div>
          </li>
        ))}
      </ul>
      <div className="dstnc-actions">
        <ActionButton
          busy={checks.checking}
          waitingFor={__('Checking this shop, and asking DSTNC to look from outside…', 'dstnc-for-woocommerce')}
          onClick={onCheck}
        >
          {__('Check again', 'dstnc-for-woocommerce')}
        </ActionButton>
        {checks.answer && (
          <span className="dstnc-quiet">
            {words(
              /* translators: %s: how long ago, as in "4 s ago" */
              __('Checked %s', 'dstnc-for-woocommerce'),
              <RelativeTime at={checks.answer.checkedAt} />,
            )}
          </span>
        )}
      </div>
    </Fold>
  );
}

function NotFine({ check, onRemedy }: { check: Check; onRemedy(remedy: Remedy): void }) {
  const { action } = check;
  const remedy = action?.do;
  return (
    <>
      {check.why !== '' && <p className="dstnc-quiet">{check.why}</p>}
      {check.advice !== '' && (
        <p>
          <strong>{check.advice}</strong>
        </p>
      )}
      {action?.url && <HelpLink url={action.url}>{action.label}</HelpLink>}
      {action && remedy && (
        <Button variant="secondary" size="compact" onClick={() => onRemedy(remedy)}>
          {action.label}
        </Button>
      )}
      {check.technical !== '' && <Details problem={{ ...check, code: check.id }} />}
    </>
  );
}

function title({ answer, busy, checking, problem }: Checks): string {
  if (checking) return __('Checks: running…', 'dstnc-for-woocommerce');
  if (!answer) {
    if (problem) return __('Checks', 'dstnc-for-woocommerce');
    return busy ? __('Checks: running…', 'dstnc-for-woocommerce') : __('Checks', 'dstnc-for-woocommerce');
  }
  const all = answer.checks.length;
  const wrong = answer.checks.filter(({ status }) => status === 'problem' || status === 'warning').length;
  if (wrong === 0) {
    /* translators: %s: number of checks */
    return sprintf(_n('Checks: %s fine', 'Checks: all %s fine', all, 'dstnc-for-woocommerce'), number(all));
  }
  return sprintf(
    /* translators: 1: number of checks that need attention, 2: number of all checks */
    _n('Checks: %1$s of %2$s needs attention', 'Checks: %1$s of %2$s need attention', wrong, 'dstnc-for-woocommerce'),
    number(wrong),
    number(all),
  );
}

function statusWord(status: Check['status']): string {
  switch (status) {
    case 'ok':
      return __('fine', 'dstnc-for-woocommerce');
    case 'warning':
      return __('needs attention', 'dstnc-for-woocommerce');
    case 'problem':
      return __('is wrong', 'dstnc-for-woocommerce');
    case 'unknown':
      return __('could not be checked', 'dstnc-for-woocommerce');
  }
}
