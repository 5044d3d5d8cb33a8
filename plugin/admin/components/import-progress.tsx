import { speak } from '@wordpress/a11y';
import { useEffect } from '@wordpress/element';
import { __, _n, sprintf } from '@wordpress/i18n';
import type { Importing } from '../api/types.ts';
import { number } from '../format/numbers.ts';

/** How far the first import is. */
export function ImportProgress({ importing }: { importing: Importing }) {
  const { done, total, secondsLeft } = importing;
  const text = sprintf(
    /* translators: 1: number of products sent, 2: number of all products */
    _n('%1$s of %2$s product', '%1$s of %2$s products', total, 'dstnc-for-woocommerce'),
    number(done),
    number(total),
  );
  // Told at each quarter only, not at each step of the bar.
  const quarter = total > 0 ? Math.floor((4 * done) / total) : 0;
  useEffect(() => {
    if (quarter > 0) {
      /* translators: %s: percentage, as in "50" */
      speak(sprintf(__('%s percent of your catalogue sent.', 'dstnc-for-woocommerce'), number(quarter * 25)));
    }
  }, [quarter]);
  return (
    <div className="dstnc-progress">
      <span className="dstnc-progress-count">{text}</span>
      <progress
        value={total > 0 ? done : undefined}
        max={total > 0 ? total : undefined}
        aria-label={__('Sending your catalogue', 'dstnc-for-woocommerce')}
      />
      {secondsLeft !== null && <span className="dstnc-progress-left">{timeLeft(secondsLeft)}</span>}
    </div>
  );
}

function timeLeft(seconds: number): string {
  if (seconds < 90) {
    /* translators: %s: number of seconds */
    return sprintf(__('about %s s left', 'dstnc-for-woocommerce'), number(Math.max(1, seconds)));
  }
  /* translators: %s: number of minutes */
  return sprintf(__('about %s min left', 'dstnc-for-woocommerce'), number(Math.round(seconds / 60)));
}
