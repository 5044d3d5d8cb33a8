import { __, sprintf } from '@wordpress/i18n';
import type { Clone, PageState } from '../api/types.ts';
import type { RequestHandle } from '../data/use-request.ts';
import { ActionButton } from './action-button.tsx';
import { Banner } from './banner.tsx';
import { ProblemText } from './problem-text.tsx';

/** This is a copy of the connected shop: it keeps quiet, until someone says that it is the live one now. */
export function CloneBanner(props: { clone: Clone; choose: RequestHandle<['live' | 'quiet'], PageState> }) {
  const { clone, choose } = props;
  const live = (
    <ActionButton
      key="live"
      variant={clone.choice === 'quiet' ? 'tertiary' : 'secondary'}
      busy={choose.busy}
      waitingFor={__('Telling DSTNC the new address…', 'dstnc-for-woocommerce')}
      onClick={() => void choose.run('live')}
    >
      {__('This is the live shop now', 'dstnc-for-woocommerce')}
    </ActionButton>
  );
  return (
    <Banner
      // Another one, once it is answered: its buttons are others, and the one that had the focus is gone.
      key={clone.choice}
      kind={clone.choice === 'quiet' ? 'neutral' : 'warning'}
      title={
        clone.choice === 'quiet'
          ? __('This copy of your shop keeps quiet', 'dstnc-for-woocommerce')
          : __('Is this a copy of your shop?', 'dstnc-for-woocommerce')
      }
      actions={
        clone.choice === 'quiet' ? (
          live
        ) : (
          <>
            <ActionButton busy={false} disabled={choose.busy} waitingFor="" onClick={() => void choose.run('quiet')}>
              {__('It is a copy: stay quiet', 'dstnc-for-woocommerce')}
            </ActionButton>
            {live}
          </>
        )
      }
    >
      <p>
        {sprintf(
          /* translators: 1: address of the connected shop, 2: address of this shop */
          __('DSTNC is connected to %1$s, but this shop’s address is %2$s.', 'dstnc-for-woocommerce'),
          clone.storedHome,
          clone.currentHome,
        )}{' '}
        {clone.choice === 'quiet'
          ? __(
              'It tells DSTNC nothing and takes no orders, so that your live shop is not disturbed.',
              'dstnc-for-woocommerce',
            )
          : __(
              'Until you say which it is, this shop tells DSTNC nothing. A copy for tests should stay quiet; if your shop has moved here, say that it is the live one.',
              'dstnc-for-woocommerce',
            )}
      </p>
      {choose.problem && (
        <div className="dstnc-complaint" role="alert">
          <p>
            <strong>{choose.problem.title}</strong>
          </p>
          <ProblemText problem={choose.problem} />
        </div>
      )}
    </Banner>
  );
}
