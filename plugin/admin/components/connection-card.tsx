import { __, _n, sprintf } from '@wordpress/i18n';
import type { ConnectionView, Notification } from '../api/types.ts';
import { languageName } from '../format/language-name.ts';
import { duration, number } from '../format/numbers.ts';
import { Mark } from './mark.tsx';
import { RelativeTime } from './relative-time.tsx';
import { words } from './words.tsx';

/** What the connection hangs on: access, notifications, the last one sent. */
export function ConnectionCard({ connection }: { connection: ConnectionView }) {
  const { user, key, notifications, lastDelivery } = connection;
  const language = connection.receiverState?.language ?? null;
  const off = notifications.filter(({ state }) => state !== 'active');
  return (
    <section className="dstnc-card">
      <h2>{__('Connection', 'dstnc-for-woocommerce')}</h2>
      <dl className="dstnc-facts">
        <dt>{__('Access', 'dstnc-for-woocommerce')}</dt>
        <dd className="dstnc-with-mark">
          <Mark kind={user && key ? 'good' : 'bad'} />
          <ul className="dstnc-row">
            <li>
              {user
                ? /* translators: %s: name of a user */
                  sprintf(__('As %s', 'dstnc-for-woocommerce'), user.name)
                : __('The user is gone', 'dstnc-for-woocommerce')}
            </li>
            <li>
              {!key && __('the key is gone', 'dstnc-for-woocommerce')}
              {key &&
                (key.lastUsedAt
                  ? words(
                      /* translators: 1: last characters of an API key, 2: how long ago, as in "4 s ago" */
                      __('key …%1$s, used %2$s', 'dstnc-for-woocommerce'),
                      key.ends,
                      <RelativeTime at={key.lastUsedAt} />,
                    )
                  : /* translators: %s: last characters of an API key */
                    sprintf(__('key …%s, not used yet', 'dstnc-for-woocommerce'), key.ends))}
            </li>
          </ul>
        </dd>
        <dt>{__('Notifications', 'dstnc-for-woocommerce')}</dt>
        {off.length === 0 ? (
          <dd className="dstnc-with-mark">
            <Mark kind="good" />
            <span>{__('All switched on', 'dstnc-for-woocommerce')}</span>
          </dd>
        ) : (
          off.map((notification) => (
            <dd key={notification.topic} className="dstnc-with-mark">
              <Mark kind={notification.state === 'paused' ? 'warning' : 'bad'} />
              <span>{offText(notification)}</span>
            </dd>
          ))
        )}
        <dt>{__('Last one sent', 'dstnc-for-woocommerce')}</dt>
        <dd className="dstnc-with-mark">
          <Mark kind={lastDelivery ? (lastDelivery.ok ? 'good' : 'bad') : 'neutral'} />
          <span>
            {lastDelivery
              ? words(
                  lastDelivery.ok
                    ? /* translators: 1: how long ago, as in "4 s ago", 2: duration, as in "0.3 s" */
                      __('%1$s, DSTNC answered in %2$s', 'dstnc-for-woocommerce')
                    : /* translators: 1: how long ago, as in "4 s ago", 2: duration, as in "3 s" */
                      __('%1$s, failed after %2$s; it will be repeated', 'dstnc-for-woocommerce'),
                  <RelativeTime at={lastDelivery.at} />,
                  duration(lastDelivery.durationMs),
                )
              : __('None yet', 'dstnc-for-woocommerce')}
          </span>
        </dd>
        {language !== null && (
          <>
            <dt>{__('Language', 'dstnc-for-woocommerce')}</dt>
            <dd>
              {
                /* translators: %s: name of a language, as in "German" */
                sprintf(__('%s, as chosen by DSTNC', 'dstnc-for-woocommerce'), languageName(language))
              }
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}

function offText({ label, state, failures }: Notification): string {
  switch (state) {
    case 'paused':
      /* translators: %s: name of a notification, as in "Stock" */
      return sprintf(__('%s: paused', 'dstnc-for-woocommerce'), label);
    case 'missing':
      /* translators: %s: name of a notification, as in "Stock" */
      return sprintf(__('%s: deleted', 'dstnc-for-woocommerce'), label);
    default:
      return failures > 0
        ? sprintf(
            /* translators: 1: name of a notification, as in "Stock", 2: number of failures */
            _n(
              '%1$s: switched off after %2$s failure',
              '%1$s: switched off after %2$s failures',
              failures,
              'dstnc-for-woocommerce',
            ),
            label,
            number(failures),
          )
        : /* translators: %s: name of a notification, as in "Stock" */
          sprintf(__('%s: switched off', 'dstnc-for-woocommerce'), label);
  }
}
