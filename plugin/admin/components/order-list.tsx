import { speak } from '@wordpress/a11y';
import { __, sprintf } from '@wordpress/i18n';
import { dstncApi } from '../api/dstnc-api.ts';
import type { DstncOrder, OrderState } from '../api/types.ts';
import { useFocus } from '../data/use-focus.ts';
import type { Orders } from '../data/use-orders.ts';
import { useRequest } from '../data/use-request.ts';
import { ActionButton } from './action-button.tsx';
import { HelpLink } from './help-link.tsx';
import { Mark, type MarkKind } from './mark.tsx';
import { ProblemText } from './problem-text.tsx';
import { RelativeTime } from './relative-time.tsx';

const marks: Readonly<Record<OrderState, MarkKind>> = {
  placing: 'running',
  placed: 'neutral',
  completed: 'running',
  shipped: 'good',
  cancelled: 'neutral',
  refunded: 'neutral',
  attention: 'warning',
};

/** DSTNC's orders, one by one. */
export function OrderList({ orders }: { orders: Orders }) {
  const headline = useFocus<HTMLHeadingElement>(true);
  const { list, problem, more } = orders;
  return (
    <section className="dstnc-card" aria-labelledby="dstnc-order-list">
      <h2 id="dstnc-order-list" ref={headline} tabIndex={-1}>
        {__('The orders, newest first', 'dstnc-for-woocommerce')}
      </h2>
      {problem && (
        <div className="dstnc-with-mark dstnc-orders-problem">
          <Mark kind="warning" />
          <div>
            <p>
              {problem.title}. {__('This is what your shop knows of them.', 'dstnc-for-woocommerce')}
            </p>
            <ProblemText problem={problem} />
          </div>
        </div>
      )}
      <ul className="dstnc-orders">
        {list.map((order) => (
          <OrderLine key={order.reference} order={order} onSent={orders.refresh} />
        ))}
      </ul>
      {more && (
        <div className="dstnc-actions">
          <ActionButton
            busy={orders.busy}
            waitingFor={__('Reading older orders…', 'dstnc-for-woocommerce')}
            onClick={more}
          >
            {__('Show older ones', 'dstnc-for-woocommerce')}
          </ActionButton>
        </div>
      )}
    </section>
  );
}

function OrderLine({ order, onSent }: { order: DstncOrder; onSent(): void }) {
  const { reference, number, editUrl, tracking, lastError, updatedAt } = order;
  const again = useRequest(() => dstncApi.sendOrderAgain(reference));
  const send = async (): Promise<void> => {
    const answer = await again.run();
    if (!answer) return;
    speak(answer.message);
    onSent();
  };
  return (
    <li className="dstnc-order">
      <div className="dstnc-order-name">
        <strong>{reference}</strong>
        {number !== null && <OrderNumber number={number} editUrl={editUrl} />}
      </div>
      <div className="dstnc-order-body">
        <p className="dstnc-with-mark">
          <Mark kind={lastError === null ? (marks[order.state] ?? 'neutral') : 'warning'} />
          <span>
            {order.label}{' '}
            {updatedAt !== null && (
              <span className="dstnc-quiet">
                <RelativeTime at={updatedAt} />
              </span>
            )}
          </span>
        </p>
        {tracking.length > 0 && (
          <ul className="dstnc-row">
            {tracking.map(({ carrier, number: parcel, url }) => (
              <li key={`${carrier} ${parcel}`}>
                {carrier} {url === '' ? parcel : <HelpLink url={url}>{parcel}</HelpLink>}
              </li>
            ))}
          </ul>
        )}
        {lastError !== null && (
          <p>
            {sprintf(
              /* translators: %s: what DSTNC says went wrong */
              __('DSTNC said last: %s', 'dstnc-for-woocommerce'),
              lastError,
            )}
          </p>
        )}
        {again.answer && <p className="dstnc-quiet">{again.answer.message}</p>}
        {again.problem && (
          <div className="dstnc-complaint" role="alert">
            <p>
              <strong>{again.problem.title}</strong>
            </p>
            <ProblemText problem={again.problem} />
          </div>
        )}
      </div>
      {order.canSendAgain && (
        <div className="dstnc-order-again">
          <ActionButton
            busy={again.busy}
            waitingFor={__('Asking DSTNC to read it again…', 'dstnc-for-woocommerce')}
            onClick={() => void send()}
          >
            {__('Send again', 'dstnc-for-woocommerce')}
            <span className="screen-reader-text"> {reference}</span>
          </ActionButton>
        </div>
      )}
    </li>
  );
}

function OrderNumber({ number, editUrl }: { number: string; editUrl: string | null }) {
  /* translators: %s: number of an order, as in "#1042" */
  const text = sprintf(__('#%s', 'dstnc-for-woocommerce'), number);
  return editUrl === null ? <span className="dstnc-quiet">{text}</span> : <HelpLink url={editUrl}>{text}</HelpLink>;
}
