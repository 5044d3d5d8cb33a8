import { useEffect, useState } from '@wordpress/element';
import { __ } from '@wordpress/i18n';
import { dstncApi } from '../api/dstnc-api.ts';
import type { ActivityEntry } from '../api/types.ts';
import { useRequest } from '../data/use-request.ts';
import { useSlow } from '../data/use-slow.ts';
import { Fold } from './fold.tsx';
import { Mark, type MarkKind } from './mark.tsx';
import { ProblemText } from './problem-text.tsx';
import { RelativeTime } from './relative-time.tsx';

const marks: Readonly<Record<ActivityEntry['kind'], MarkKind>> = { good: 'good', bad: 'bad', info: 'neutral' };

/** What happened lately. `freshness` changes with each look at the shop: an open list is read again then. */
export function ActivityFold({ freshness }: { freshness: unknown }) {
  const [open, setOpen] = useState(false);
  const activity = useRequest(dstncApi.activity);
  const { run } = activity;
  const slow = useSlow(activity.busy && !activity.answer);
  useEffect(() => {
    if (open) void run();
  }, [open, run, freshness]);
  return (
    <Fold title={__('Recent activity', 'dstnc-for-woocommerce')} open={open} onToggle={setOpen}>
      {slow && <p role="status">{__('Reading what happened…', 'dstnc-for-woocommerce')}</p>}
      {activity.problem && <ProblemText problem={activity.problem} />}
      {activity.answer?.length === 0 && <p>{__('Nothing has happened yet.', 'dstnc-for-woocommerce')}</p>}
      {activity.answer && activity.answer.length > 0 && (
        <ul className="dstnc-activity">
          {activity.answer.map((entry) => (
            <li key={`${entry.at} ${entry.text}`} className="dstnc-with-mark">
              <Mark kind={marks[entry.kind]} />
              <span className="dstnc-activity-text">{entry.text}</span>
              <span className="dstnc-quiet">
                <RelativeTime at={entry.at} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Fold>
  );
}
