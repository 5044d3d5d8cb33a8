import { __, _n, sprintf } from '@wordpress/i18n';
import type { Attempt, ConnectionView, Incident, ReceiverState } from '../api/types.ts';
import { useShopTime } from '../data/shop-clock.ts';
import { useFocus } from '../data/use-focus.ts';
import { duration, number, productCount } from '../format/numbers.ts';
import { clockTime } from '../format/times.ts';
import { ImportProgress } from './import-progress.tsx';
import { Mark } from './mark.tsx';
import { Moment } from './moment.tsx';
import { ProblemText } from './problem-text.tsx';
import { RelativeTime } from './relative-time.tsx';
import { StepList } from './step-list.tsx';
import { words } from './words.tsx';

/** What the card needs. */
export interface CatalogueCardProps {
  readonly connection: ConnectionView;
  readonly incident: Incident | null;
  /** The shop itself gave no news lately: this is how it was. */
  readonly outdated: boolean;
  /** This page has just connected, and still shows how. */
  readonly attempt: Attempt | null;
}

/** How much of the shop is on DSTNC. */
export function CatalogueCard({ connection, incident, outdated, attempt }: CatalogueCardProps) {
  const { receiverState, receiverProblem } = connection;
  const justConnected = useFocus<HTMLHeadingElement>(attempt?.id);
  const showsSteps = attempt !== null && Boolean(receiverState?.importing);
  return (
    <section className={showsSteps ? 'dstnc-card dstnc-card-wide' : 'dstnc-card'}>
      {receiverState ? (
        receiverState.importing ? (
          <>
            <h2 ref={justConnected} tabIndex={-1}>
              {__('Sending your catalogue', 'dstnc-for-woocommerce')}
            </h2>
            {attempt ? (
              <StepList attempt={attempt} running={false} importing={receiverState.importing} />
            ) : (
              <ImportProgress importing={receiverState.importing} />
            )}
            <p className="dstnc-quiet">
              {__('You may leave this page: it goes on without you.', 'dstnc-for-woocommerce')}
            </p>
          </>
        ) : (
          <Freshness connection={connection} state={receiverState} incident={incident} outdated={outdated} />
        )
      ) : (
        <>
          <h2 className="dstnc-with-mark">
            <Mark kind="warning" />
            {receiverProblem?.title ?? __('DSTNC did not tell how it is', 'dstnc-for-woocommerce')}
          </h2>
          {receiverProblem && <ProblemText problem={receiverProblem} />}
          <p className="dstnc-quiet">
            {connection.waiting.count > 0
              ? waitingText(connection.waiting.count)
              : __('Nothing is lost: changes are kept here until DSTNC answers.', 'dstnc-for-woocommerce')}
          </p>
        </>
      )}
    </section>
  );
}

function Freshness(props: Omit<CatalogueCardProps, 'attempt'> & { readonly state: ReceiverState }) {
  const { connection, incident, outdated, state } = props;
  const now = useShopTime(30_000);
  const { waiting } = connection;
  const access = connection.user !== null && connection.key !== null;
  const isWell = access && incident === null && !outdated && state.health === 'healthy';
  // Without access DSTNC sees no change, and believes that there was none.
  const upTo =
    !access && incident !== null && Date.parse(incident.since) < Date.parse(state.upTo) ? incident.since : state.upTo;
  const onTheirWay = state.pending + waiting.count;
  const oldest = [state.oldestPendingAt, waiting.oldestAt].filter((at) => at !== null).sort()[0];
  return (
    <>
      <h2 className="dstnc-with-mark">
        <Mark kind={isWell ? 'good' : 'warning'} />
        <span>
          {words(
            isWell
              ? /* translators: %s: time of day, as in "14:03:07" */
                __('Everything up to %s is on DSTNC', 'dstnc-for-woocommerce')
              : /* translators: %s: time of day, as in "14:03:07"; what was changed after it may not be there */
                __('On DSTNC as of %s', 'dstnc-for-woocommerce'),
            <Moment at={upTo}>{clockTime(upTo, now)}</Moment>,
          )}
        </span>
      </h2>
      <ul className="dstnc-row">
        <li>{productCount(state.products)}</li>
        <li>
          {sprintf(
            /* translators: %s: number of products that can be bought on DSTNC */
            __('%s purchasable', 'dstnc-for-woocommerce'),
            number(state.purchasable),
          )}
        </li>
        <li>
          {sprintf(
            /* translators: %s: number of products that can't be bought on DSTNC */
            __('%s not', 'dstnc-for-woocommerce'),
            number(state.notPurchasable),
          )}
        </li>
      </ul>
      {onTheirWay > 0 && (
        <p>
          {sprintf(
            /* translators: %s: number of changes */
            _n(
              '%s change is on its way to DSTNC.',
              '%s changes are on their way to DSTNC.',
              onTheirWay,
              'dstnc-for-woocommerce',
            ),
            number(onTheirWay),
          )}{' '}
          {oldest &&
            words(
              /* translators: %s: how long ago, as in "4 s ago" */
              __('The oldest was made %s.', 'dstnc-for-woocommerce'),
              <RelativeTime at={oldest} />,
            )}
        </p>
      )}
      <p className="dstnc-quiet">
        {state.lastChange
          ? words(
              /* translators: 1: how long ago, as in "4 s ago", 2: duration, as in "0.3 s" */
              __('Last change %1$s, arrived %2$s later', 'dstnc-for-woocommerce'),
              <RelativeTime at={state.lastChange.at} />,
              duration(state.lastChange.lateMs),
            )
          : __('No change since you connected', 'dstnc-for-woocommerce')}
      </p>
    </>
  );
}

function waitingText(count: number): string {
  return sprintf(
    /* translators: %s: number of changes */
    _n(
      'Nothing is lost: %s change is kept here until DSTNC answers.',
      'Nothing is lost: %s changes are kept here until DSTNC answers.',
      count,
      'dstnc-for-woocommerce',
    ),
    number(count),
  );
}
