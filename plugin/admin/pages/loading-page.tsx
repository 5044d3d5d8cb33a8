import { __ } from '@wordpress/i18n';
import { useSlow } from '../data/use-slow.ts';

/** Before the shop's first answer: the page's outline, and after a second what it waits for. */
export function LoadingPage() {
  const slow = useSlow(true);
  return (
    <div aria-busy="true">
      <p className="dstnc-loading-words" role="status">
        {slow ? __('Asking your shop and DSTNC how things are…', 'dstnc-for-woocommerce') : ''}
      </p>
      <div className="dstnc-grid" aria-hidden="true">
        <div className="dstnc-card dstnc-skeleton">
          <span />
          <span />
          <span />
        </div>
        <div className="dstnc-card dstnc-skeleton">
          <span />
          <span />
          <span />
        </div>
      </div>
    </div>
  );
}
