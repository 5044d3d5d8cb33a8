import { useState } from '@wordpress/element';
import { __ } from '@wordpress/i18n';
import { dstncApi } from '../api/dstnc-api.ts';
import type { PageState } from '../api/types.ts';
import type { PageStateHandle } from '../data/use-page-state.ts';
import { useRequest } from '../data/use-request.ts';
import { Question } from './question.tsx';
import { UserSelect } from './user-select.tsx';

/** A new key in place of the old one, or of one that no longer works. */
export function RotateQuestion(props: {
  state: PageState;
  change: PageStateHandle['change'];
  onDone(message: string): void;
  onCancel(): void;
}) {
  const { state, change } = props;
  const current = state.users.find(({ id }) => id === state.connection?.user?.id)?.id;
  const [userId, setUserId] = useState(current ?? (state.suggestedUserId || state.users[0]?.id || 0));
  const rotate = useRequest(() => change(() => dstncApi.rotate(userId)));
  return (
    <Question
      title={__('Give DSTNC a new key?', 'dstnc-for-woocommerce')}
      yes={__('Rotate keys', 'dstnc-for-woocommerce')}
      no={__('Cancel', 'dstnc-for-woocommerce')}
      busy={rotate.busy}
      waitingFor={__('Waiting for DSTNC to try the new key…', 'dstnc-for-woocommerce')}
      problem={rotate.problem}
      onYes={() => {
        void rotate.run().then((done) => {
          if (done) props.onDone(__('DSTNC uses the new key. The old one is revoked.', 'dstnc-for-woocommerce'));
        });
      }}
      onNo={props.onCancel}
    >
      <p>
        {__(
          'The new key is tried before the old one is revoked, so that nothing is missed meanwhile.',
          'dstnc-for-woocommerce',
        )}
      </p>
      <div className="dstnc-form">
        <UserSelect users={state.users} value={userId} onChange={setUserId} />
      </div>
    </Question>
  );
}
