import { speak } from '@wordpress/a11y';
import { Button } from '@wordpress/components';
import { useCopyToClipboard } from '@wordpress/compose';
import { useEffect, useState } from '@wordpress/element';
import { __ } from '@wordpress/i18n';

/** Puts a text into the clipboard; also in a shop without HTTPS, where browsers have no clipboard for pages. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState(false);
  const target = useCopyToClipboard<HTMLButtonElement>(text, () => {
    setCopied(true);
    speak(__('Copied.', 'dstnc-for-woocommerce'));
  });
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 3_000);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <Button variant="secondary" size="compact" ref={target} aria-label={label}>
      {copied ? __('Copied', 'dstnc-for-woocommerce') : __('Copy', 'dstnc-for-woocommerce')}
    </Button>
  );
}
