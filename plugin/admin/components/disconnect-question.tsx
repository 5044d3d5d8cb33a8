import { __ } from '@wordpress/i18n';
import { dstncApi } from '../api/dstnc-api.ts';
import type { Farewell } from '../api/types.ts';
import type { PageStateHandle } from '../data/use-page-state.ts';
import { useRequest } from '../data/use-request.ts';
import { Question } from './question.tsx';

/** Ends the connection, if that is really meant. */
export function DisconnectQuestion(props: {
  clone: boolean;
  change: PageStateHandle['change'];
  onDone(farewell: Farewell): void;
  onCancel(): void;
}) {
  const disconnect = useRequest(() => props.change(dstncApi.disconnect));
  return (
    <Question
      title={__('Disconnect this shop from DSTNC?', 'dstnc-for-woocommerce')}
      yes={__('Disconnect', 'dstnc-for-woocommerce')}
      no={__('Stay connected', 'dstnc-for-woocommerce')}
      destructive
      busy={disconnect.busy}
      waitingFor={__('Waiting for DSTNC to withdraw your products…', 'dstnc-for-woocommerce')}
      problem={disconnect.problem}
      onYes={() => {
        void disconnect.run().then((farewell) => {
          if (farewell) props.onDone(farewell);
        });
      }}
      onNo={props.onCancel}
    >
      <p>
        {props.clone
          ? __(
              'This copy forgets the connection. Your live shop stays connected, and its products stay on DSTNC.',
              'dstnc-for-woocommerce',
            )
          : __(
              'All your products are withdrawn from DSTNC at once, and its key to this shop is revoked. Products and orders in this shop stay as they are. To connect again you need a new code.',
              'dstnc-for-woocommerce',
            )}
      </p>
    </Question>
  );
}
