import { Icon } from '@wordpress/components';
import { caution, check, closeSmall, info } from '@wordpress/icons';

/** How something is: told by shape and colour, and by the words beside it. */
export type MarkKind = 'good' | 'warning' | 'bad' | 'neutral' | 'running';

const icons = { good: check, warning: caution, bad: closeSmall, neutral: info } as const;

/** A small sign before a line. The words beside it say the same, so that it is hidden from screen readers. */
export function Mark({ kind }: { kind: MarkKind }) {
  return (
    <span className={`dstnc-mark dstnc-mark-${kind}`} aria-hidden="true">
      {kind === 'running' ? <span className="dstnc-ring" /> : <Icon icon={icons[kind]} size={20} />}
    </span>
  );
}
