import { speak } from '@wordpress/a11y';
import { Button } from '@wordpress/components';
import { useRef, useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import { dstncApi } from '../api/dstnc-api.ts';
import type { ManualKey } from '../api/types.ts';
import { useFocus } from '../data/use-focus.ts';
import type { PageStateHandle } from '../data/use-page-state.ts';
import { useRequest } from '../data/use-request.ts';
import { date } from '../format/times.ts';
import { ActionButton } from './action-button.tsx';
import { Moment } from './moment.tsx';
import { ProblemText } from './problem-text.tsx';
import { RelativeTime } from './relative-time.tsx';
import { words } from './words.tsx';

/** The keys made by hand, each with its revocation. */
export function KeyList({ keys, change }: { keys: readonly ManualKey[]; change: PageStateHandle['change'] }) {
  const headline = useRef<HTMLHeadingElement>(null);
  if (keys.length === 0) return null;
  return (
    <div className="dstnc-keys">
      <h3 ref={headline} tabIndex={-1}>
        {__('Keys made by hand', 'dstnc-for-woocommerce')}
      </h3>
      <ul>
        {keys.map((key) => (
          <KeyLine key={key.id} made={key} change={change} onRevoked={() => headline.current?.focus()} />
        ))}
      </ul>
    </div>
  );
}

function KeyLine(props: { made: ManualKey; change: PageStateHandle['change']; onRevoked(): void }) {
  const { made, change, onRevoked } = props;
  const [asking, setAsking] = useState(false);
  const revoke = useRequest(() => change(() => dstncApi.revokeKey(made.id)));
  const question = useFocus<HTMLParagraphElement>(asking);
  return (
    <li className="dstnc-key">
      <div className="dstnc-key-words">
        <strong>{made.description}</strong>
        <span>
          {sprintf(
            /* translators: 1: last characters of an API key, 2: name of a user */
            __('Key ending in %1$s, as %2$s', 'dstnc-for-woocommerce'),
            made.ends,
            made.user,
          )}
        </span>
        <span>
          {made.createdAt && (
            <>
              {words(
                /* translators: %s: date */
                __('Made on %s.', 'dstnc-for-woocommerce'),
                <Moment at={made.createdAt}>{date(made.createdAt)}</Moment>,
              )}{' '}
            </>
          )}
          {made.lastUsedAt
            ? words(
                /* translators: %s: how long ago, as in "4 s ago" */
                __('Last used %s.', 'dstnc-for-woocommerce'),
                <RelativeTime at={made.lastUsedAt} />,
              )
            : __('Not used yet.', 'dstnc-for-woocommerce')}
        </span>
      </div>
      {asking ? (
        <div className="dstnc-key-question">
          <p ref={question} tabIndex={-1}>
            {__('Whoever uses this key will be refused at once. Revoke it?', 'dstnc-for-woocommerce')}
          </p>
          {revoke.problem && <ProblemText problem={revoke.problem} />}
          <div className="dstnc-actions">
            <ActionButton
              destructive
              busy={revoke.busy}
              waitingFor={__('Revoking…', 'dstnc-for-woocommerce')}
              onClick={() => {
                void revoke.run().then((left) => {
                  if (!left) return;
                  speak(__('Key revoked.', 'dstnc-for-woocommerce'));
                  onRevoked();
                });
              }}
            >
              {__('Revoke', 'dstnc-for-woocommerce')}
            </ActionButton>
            <Button variant="tertiary" onClick={() => setAsking(false)} __next40pxDefaultSize>
              {__('Keep', 'dstnc-for-woocommerce')}
            </Button>
          </div>
        </div>
      ) : (
        <Button
          variant="tertiary"
          isDestructive
          aria-label={sprintf(
            /* translators: %s: an API key's description */
            __('Revoke the key “%s”', 'dstnc-for-woocommerce'),
            made.description,
          )}
          onClick={() => setAsking(true)}
        >
          {__('Revoke', 'dstnc-for-woocommerce')}
        </Button>
      )}
    </li>
  );
}
