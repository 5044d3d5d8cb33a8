import { Button } from '@wordpress/components';
import { useState } from '@wordpress/element';
import { __ } from '@wordpress/i18n';
import type { NewKey } from '../api/types.ts';
import { useFocus } from '../data/use-focus.ts';
import { Mark } from './mark.tsx';
import { QrCode } from './qr-code.tsx';
import { SecretField } from './secret-field.tsx';

/** A key just made, the only time that its secret is seen. */
export function NewKeyCard({ made, onDone }: { made: NewKey; onDone(): void }) {
  const [shown, setShown] = useState(false);
  const headline = useFocus<HTMLHeadingElement>(made.id);
  return (
    <div className="dstnc-new-key">
      <h3 ref={headline} tabIndex={-1}>
        {__('Your new API key', 'dstnc-for-woocommerce')}
      </h3>
      <p className="dstnc-with-mark">
        <Mark kind="warning" />
        <strong>{__('Copy the key and the secret now: you will not see this again.', 'dstnc-for-woocommerce')}</strong>
      </p>
      <SecretField
        label={__('Shop address', 'dstnc-for-woocommerce')}
        value={made.url}
        copyLabel={__('Copy the shop address', 'dstnc-for-woocommerce')}
      />
      <SecretField
        label={__('Consumer key', 'dstnc-for-woocommerce')}
        value={made.consumerKey}
        masked={!shown}
        copyLabel={__('Copy the consumer key', 'dstnc-for-woocommerce')}
      />
      <SecretField
        label={__('Consumer secret', 'dstnc-for-woocommerce')}
        value={made.consumerSecret}
        masked={!shown}
        copyLabel={__('Copy the consumer secret', 'dstnc-for-woocommerce')}
      />
      {shown && (
        // Key and secret as WooCommerce's own page of API keys puts them into its code.
        <QrCode
          text={`${made.consumerKey}|${made.consumerSecret}`}
          label={__('QR code with the consumer key and the consumer secret', 'dstnc-for-woocommerce')}
        />
      )}
      <div className="dstnc-actions">
        <Button variant="primary" onClick={onDone} __next40pxDefaultSize>
          {__('I have copied them', 'dstnc-for-woocommerce')}
        </Button>
        <Button variant="tertiary" aria-expanded={shown} onClick={() => setShown(!shown)} __next40pxDefaultSize>
          {shown ? __('Hide', 'dstnc-for-woocommerce') : __('Show, with QR code', 'dstnc-for-woocommerce')}
        </Button>
      </div>
    </div>
  );
}
