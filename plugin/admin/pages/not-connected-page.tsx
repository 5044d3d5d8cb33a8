import { Button } from '@wordpress/components';
import { useState } from '@wordpress/element';
import { __ } from '@wordpress/i18n';
import type { PageState } from '../api/types.ts';
import { ConnectForm } from '../components/connect-form.tsx';
import { KeyList } from '../components/key-list.tsx';
import { ManualKeys } from '../components/manual-keys.tsx';
import type { Connecting } from '../data/use-connecting.ts';
import type { PageStateHandle } from '../data/use-page-state.ts';

/** What the page needs. */
export interface NotConnectedPageProps {
  readonly state: PageState;
  readonly change: PageStateHandle['change'];
  readonly connecting: Connecting;
  readonly code: string;
  readonly onCodeChange: (code: string) => void;
  /** The vendor comes from where connecting failed. */
  readonly focusCode: boolean;
}

/** Before the first connection, and after the last. */
export function NotConnectedPage({ state, change, connecting, code, onCodeChange, focusCode }: NotConnectedPageProps) {
  const [byHand, setByHand] = useState(false);
  if (byHand) return <ManualKeys state={state} change={change} onBack={() => setByHand(false)} />;
  return (
    <section className="dstnc-card" aria-labelledby="dstnc-connect">
      <h2 id="dstnc-connect">{__('Sell on DSTNC from this shop', 'dstnc-for-woocommerce')}</h2>
      <p>
        {__(
          'Your products, stock and prices appear on DSTNC within seconds; orders from DSTNC appear here.',
          'dstnc-for-woocommerce',
        )}
      </p>
      <ConnectForm
        users={state.users}
        suggestedUserId={state.suggestedUserId}
        connecting={connecting}
        code={code}
        onCodeChange={onCodeChange}
        focusCode={focusCode}
        otherWay={
          <Button variant="link" onClick={() => setByHand(true)}>
            {__('Enter API keys by hand instead', 'dstnc-for-woocommerce')}
          </Button>
        }
      />
      <KeyList keys={state.manualKeys} change={change} />
    </section>
  );
}
