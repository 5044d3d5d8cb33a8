import { Button } from '@wordpress/components';
import { __, _n, sprintf } from '@wordpress/i18n';
import { chevronDown, chevronUp } from '@wordpress/icons';
import type { Orders } from '../data/use-orders.ts';
import { useSlow } from '../data/use-slow.ts';
import { number } from '../format/numbers.ts';
import { Mark } from './mark.tsx';

/** How DSTNC's orders stand; opens the list of them. */
export function OrdersCard({ orders, open, onToggle }: { orders: Orders; open: boolean; onToggle(): void }) {
  const { counts, problem } = orders;
  const slow = useSlow(counts === null && orders.busy);
  return (
    <section className="dstnc-card" aria-labelledby="dstnc-orders">
      <h2 id="dstnc-orders">{__('Orders from DSTNC', 'dstnc-for-woocommerce')}</h2>
      {slow && <p role="status">{__('Counting the orders…', 'dstnc-for-woocommerce')}</p>}
      {!counts && problem && <p>{problem.title}</p>}
      {counts && (
        <ul className="dstnc-row">
          {countTexts(counts).map((text) => (
            <li key={text}>{text}</li>
          ))}
          {counts.attention !== null && counts.attention > 0 && (
            <li className="dstnc-with-mark">
              <Mark kind="warning" />
              <span>
                {sprintf(
                  /* translators: %s: number of orders */
                  _n('%s needs attention', '%s need attention', counts.attention, 'dstnc-for-woocommerce'),
                  number(counts.attention),
                )}
              </span>
            </li>
          )}
        </ul>
      )}
      {counts && orders.list.length === 0 && (
        <p className="dstnc-quiet">
          {__('The first order from DSTNC will appear here and under WooCommerce > Orders.', 'dstnc-for-woocommerce')}
        </p>
      )}
      {orders.list.length > 0 && (
        <Button
          variant="link"
          className="dstnc-orders-toggle"
          icon={open ? chevronUp : chevronDown}
          iconPosition="right"
          aria-expanded={open}
          onClick={onToggle}
        >
          {open ? __('Hide the orders', 'dstnc-for-woocommerce') : __('Show the orders', 'dstnc-for-woocommerce')}
        </Button>
      )}
    </section>
  );
}

function countTexts({ toShip, shipped }: { toShip: number; shipped: number }): string[] {
  return [
    /* translators: %s: number of orders */
    sprintf(__('%s to ship', 'dstnc-for-woocommerce'), number(toShip)),
    /* translators: %s: number of orders */
    sprintf(__('%s shipped', 'dstnc-for-woocommerce'), number(shipped)),
  ];
}
