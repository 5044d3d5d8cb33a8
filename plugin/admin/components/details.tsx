import { useContext } from '@wordpress/element';
import { __ } from '@wordpress/i18n';
import type { Problem } from '../api/types.ts';
import { CopyButton } from './copy-button.tsx';
import { SupportFacts } from './support-facts.ts';

/** The fold with what support wants to know. */
export function Details({ problem }: { problem: Pick<Problem, 'title' | 'detail' | 'technical'> & { code: string } }) {
  const facts = useContext(SupportFacts);
  const text = [`${problem.title} (${problem.code})`, problem.detail, problem.technical, facts]
    .filter(Boolean)
    .join('\n');
  return (
    <details className="dstnc-details">
      <summary>{__('Details', 'dstnc-for-woocommerce')}</summary>
      <pre className="dstnc-technical" dir="ltr">
        {text}
      </pre>
      <CopyButton text={text} label={__('Copy the details for support', 'dstnc-for-woocommerce')} />
    </details>
  );
}
