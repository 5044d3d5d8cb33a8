import { useContext } from '@wordpress/element';
import { __ } from '@wordpress/i18n';
import type { PageState } from '../api/types.ts';
import { PageHeading } from '../data/page-heading.ts';
import { useShopTime } from '../data/shop-clock.ts';
import { since } from '../format/times.ts';
import { Moment } from './moment.tsx';
import { words } from './words.tsx';

/** The page's name, and how it stands in a word. */
export function PageHeader({ state, connecting }: { state: PageState | null; connecting: boolean }) {
  const heading = useContext(PageHeading);
  return (
    <header className="dstnc-header">
      <h1 ref={heading} tabIndex={-1}>
        DSTNC
      </h1>
      {state && <Standing state={state} connecting={connecting} />}
    </header>
  );
}

function Standing({ state, connecting }: { state: PageState; connecting: boolean }) {
  const now = useShopTime(30_000);
  if (connecting) return <p className="dstnc-standing">{__('Connecting…', 'dstnc-for-woocommerce')}</p>;
  if (state.phase !== 'connected' || !state.connection) {
    return <p className="dstnc-standing">{__('Not connected', 'dstnc-for-woocommerce')}</p>;
  }
  if (state.clone) {
    return <p className="dstnc-standing">{__('A copy of a connected shop', 'dstnc-for-woocommerce')}</p>;
  }
  const { vendor, connectedAt, user, key } = state.connection;
  const trouble = state.incident !== null || user === null || key === null;
  return (
    <p className={`dstnc-standing ${trouble ? 'dstnc-standing-trouble' : 'dstnc-standing-good'}`}>
      <span className="dstnc-dot" aria-hidden="true" />
      <span>
        {words(
          trouble
            ? /* translators: 1: the vendor's name at DSTNC, 2: as in "since March 3, 2026" */
              __('Connected as %1$s, %2$s; needs attention', 'dstnc-for-woocommerce')
            : /* translators: 1: the vendor's name at DSTNC, 2: as in "since March 3, 2026" */
              __('Connected as %1$s, %2$s', 'dstnc-for-woocommerce'),
          vendor,
          <Moment at={connectedAt}>{since(connectedAt, now)}</Moment>,
        )}
      </span>
    </p>
  );
}
