import { __ } from '@wordpress/i18n';
import { Mark } from './mark.tsx';

/** Whether a product can be bought on DSTNC. `purchasable` null: DSTNC has no listing of it, or was not `asked`. */
export function PurchasableMark({ purchasable, asked = true }: { purchasable: boolean | null; asked?: boolean }) {
  return (
    <span className="dstnc-purchasable">
      <Mark kind={purchasable === null ? 'neutral' : purchasable ? 'good' : 'bad'} />
      {purchasable === null
        ? asked
          ? __('Not on DSTNC', 'dstnc-for-woocommerce')
          : __('DSTNC could not be asked', 'dstnc-for-woocommerce')
        : purchasable
          ? __('Purchasable on DSTNC', 'dstnc-for-woocommerce')
          : __('Not purchasable on DSTNC', 'dstnc-for-woocommerce')}
    </span>
  );
}
