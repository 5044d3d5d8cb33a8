import { __, sprintf } from '@wordpress/i18n';
import type { Attempt } from '../api/types.ts';
import { ActionButton } from '../components/action-button.tsx';
import { ProblemBanner } from '../components/problem-banner.tsx';
import { RelativeTime } from '../components/relative-time.tsx';
import { StepList } from '../components/step-list.tsx';
import { words } from '../components/words.tsx';
import type { Connecting } from '../data/use-connecting.ts';
import { useFocus } from '../data/use-focus.ts';

/** While it connects, and where that failed. */
export function ConnectingPage({ attempt, connecting }: { attempt: Attempt; connecting: Connecting }) {
  const { running, interruption } = connecting;
  const headline = useFocus<HTMLHeadingElement>(attempt.failed ? null : attempt.id);
  const interrupted = useFocus<HTMLHeadingElement>(interruption);
  const giveUp = (
    <ActionButton
      variant="tertiary"
      busy={false}
      waitingFor={__('Taking back what was made…', 'dstnc-for-woocommerce')}
      onClick={() => void connecting.giveUp()}
    >
      {attempt.failed ? __('Use another code', 'dstnc-for-woocommerce') : __('Cancel', 'dstnc-for-woocommerce')}
    </ActionButton>
  );
  const again = (label: string) => (
    <ActionButton
      variant="primary"
      busy={running}
      waitingFor={__('Starting again…', 'dstnc-for-woocommerce')}
      onClick={() => {
        connecting.again();
      }}
    >
      {label}
    </ActionButton>
  );
  return (
    <>
      {interruption && (
        <ProblemBanner
          problem={interruption}
          headline={interrupted}
          actions={
            <>
              {again(__('Go on', 'dstnc-for-woocommerce'))}
              {giveUp}
            </>
          }
        />
      )}
      <section className="dstnc-card" aria-labelledby="dstnc-connecting">
        <h2 id="dstnc-connecting" ref={headline} tabIndex={-1}>
          {attempt.failed
            ? __('This shop is not connected', 'dstnc-for-woocommerce')
            : attempt.mine
              ? __('Connecting this shop to DSTNC', 'dstnc-for-woocommerce')
              : /* translators: %s: name of a user */
                sprintf(__('%s is connecting this shop to DSTNC', 'dstnc-for-woocommerce'), attempt.startedBy)}
        </h2>
        {!attempt.mine && !attempt.failed && (
          <p>
            {words(
              /* translators: %s: how long ago, as in "4 s ago" */
              __('Started %s. You see here how it goes on; there is nothing for you to do.', 'dstnc-for-woocommerce'),
              <RelativeTime at={attempt.startedAt} />,
            )}
          </p>
        )}
        {attempt.failed && (
          <p>
            {__('What was made for it has been taken back. Your shop is as it was before.', 'dstnc-for-woocommerce')}
          </p>
        )}
        <StepList
          attempt={attempt}
          running={attempt.mine ? running && !attempt.failed : true}
          actions={
            attempt.mine && (
              <>
                {again(__('Try again', 'dstnc-for-woocommerce'))}
                {giveUp}
              </>
            )
          }
        />
        {attempt.mine && !attempt.failed && !interruption && <div className="dstnc-actions">{giveUp}</div>}
      </section>
    </>
  );
}
