import { __ } from '@wordpress/i18n';
import type { Incident, Remedy } from '../api/types.ts';
import { useShopTime } from '../data/shop-clock.ts';
import { sinceLine } from '../format/times.ts';
import { ActionButton } from './action-button.tsx';
import { Banner } from './banner.tsx';
import { HelpLink } from './help-link.tsx';
import { Moment } from './moment.tsx';
import { ProblemText } from './problem-text.tsx';

/** What the banner needs. */
export interface IncidentBannerProps {
  readonly incident: Incident;
  readonly busy: boolean;
  readonly checking: boolean;
  readonly onRemedy: (remedy: Remedy) => void;
  readonly onCheck: () => void;
  /** Its button has opened a question below, which has the next one. */
  readonly answering: boolean;
}

/** The trouble: one cause, one button, Check again, and the fold for support. */
export function IncidentBanner({ incident, busy, checking, onRemedy, onCheck, answering }: IncidentBannerProps) {
  const now = useShopTime(30_000);
  const { action, link } = incident;
  const saidTwice =
    link !== null && action !== null && (link.label === action.label || ('url' in action && link.url === action.url));
  return (
    <Banner
      kind="bad"
      title={incident.title}
      actions={
        !answering && (
          <>
            {action && 'url' in action && (
              <HelpLink url={action.url} className="components-button is-primary is-next-40px-default-size">
                {action.label}
              </HelpLink>
            )}
            {action && 'do' in action && (
              <ActionButton
                variant="primary"
                busy={busy}
                disabled={checking}
                waitingFor={__('Working on it…', 'dstnc-for-woocommerce')}
                onClick={() => onRemedy(action.do)}
              >
                {action.label}
              </ActionButton>
            )}
            <ActionButton
              variant={action ? 'tertiary' : 'primary'}
              busy={checking}
              disabled={busy}
              waitingFor={__('Checking this shop, and asking DSTNC to look from outside…', 'dstnc-for-woocommerce')}
              onClick={onCheck}
            >
              {__('Check again', 'dstnc-for-woocommerce')}
            </ActionButton>
          </>
        )
      }
    >
      <p className="dstnc-since">
        <Moment at={incident.since}>{sinceLine(incident.since, now)}</Moment>
      </p>
      <ProblemText problem={saidTwice ? { ...incident, link: null } : incident} />
    </Banner>
  );
}
