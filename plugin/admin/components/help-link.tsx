import { Icon } from '@wordpress/components';
import { __ } from '@wordpress/i18n';
import { external } from '@wordpress/icons';
import type { ReactNode } from 'react';
import { safeAddress } from '../api/safe-address.ts';

/** A link that the server sent: in this tab within the shop, in a new one elsewhere, and only its words if it can't be trusted. */
export function HelpLink({ url, children, className }: { url: string; children: ReactNode; className?: string }) {
  const address = safeAddress(url);
  if (address === null) return <>{children}</>;
  if (new URL(address).origin === window.location.origin) {
    return (
      <a href={address} className={className}>
        {children}
      </a>
    );
  }
  return (
    <a href={address} className={className} target="_blank" rel="noopener noreferrer">
      {children}
      <Icon icon={external} size={16} className="dstnc-external" />
      <span className="screen-reader-text"> {__('(opens in a new tab)', 'dstnc-for-woocommerce')}</span>
    </a>
  );
}
