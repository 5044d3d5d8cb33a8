import { Button, TextControl } from '@wordpress/components';
import { useState } from '@wordpress/element';
import { __ } from '@wordpress/i18n';
import { dstncApi } from '../api/dstnc-api.ts';
import type { PageState } from '../api/types.ts';
import { useFocus } from '../data/use-focus.ts';
import type { PageStateHandle } from '../data/use-page-state.ts';
import { useRequest } from '../data/use-request.ts';
import { ActionButton } from './action-button.tsx';
import { KeyList } from './key-list.tsx';
import { NewKeyCard } from './new-key-card.tsx';
import { ProblemText } from './problem-text.tsx';
import { UserSelect } from './user-select.tsx';

/** Connecting without a code: a key to be entered at DSTNC by hand. */
export function ManualKeys(props: { state: PageState; change: PageStateHandle['change']; onBack(): void }) {
  const { state, change } = props;
  const [userId, setUserId] = useState(state.suggestedUserId || state.users[0]?.id || 0);
  const [description, setDescription] = useState('DSTNC');
  const make = useRequest(() => change(() => dstncApi.createKey(userId, description.trim() || 'DSTNC')));
  const headline = useFocus<HTMLHeadingElement>(make.answer === null);
  return (
    <section className="dstnc-card" aria-labelledby="dstnc-manual">
      <h2 id="dstnc-manual" ref={headline} tabIndex={-1}>
        {__('Enter API keys by hand', 'dstnc-for-woocommerce')}
      </h2>
      {make.answer ? (
        <NewKeyCard made={make.answer} onDone={make.clear} />
      ) : (
        <>
          <p>
            {__(
              'Make a key here and enter it in your DSTNC account. A connection code does the same, and lets changes arrive faster.',
              'dstnc-for-woocommerce',
            )}
          </p>
          <form
            className="dstnc-form"
            onSubmit={(event) => {
              event.preventDefault();
              if (!make.busy) void make.run();
            }}
          >
            <TextControl
              label={__('Description', 'dstnc-for-woocommerce')}
              help={__('So that you recognise the key later.', 'dstnc-for-woocommerce')}
              value={description}
              onChange={setDescription}
              __next40pxDefaultSize
              __nextHasNoMarginBottom
            />
            <UserSelect users={state.users} value={userId} onChange={setUserId} />
            {make.problem && (
              <div className="dstnc-complaint" role="alert">
                <p>
                  <strong>{make.problem.title}</strong>
                </p>
                <ProblemText problem={make.problem} />
              </div>
            )}
            <div className="dstnc-actions">
              <ActionButton
                variant="primary"
                submit
                busy={make.busy}
                waitingFor={__('Making the key…', 'dstnc-for-woocommerce')}
              >
                {__('Generate API key', 'dstnc-for-woocommerce')}
              </ActionButton>
              <span className="dstnc-other-way">
                <Button variant="link" onClick={props.onBack}>
                  {__('Use a connection code instead', 'dstnc-for-woocommerce')}
                </Button>
              </span>
            </div>
          </form>
        </>
      )}
      <KeyList keys={state.manualKeys.filter(({ id }) => id !== make.answer?.id)} change={change} />
    </section>
  );
}
