import { speak } from '@wordpress/a11y';
import { Button } from '@wordpress/components';
import { useCallback, useEffect, useRef, useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import { dstncApi } from '../api/dstnc-api.ts';
import type { Attempt, ConnectionView, Farewell, PageState, Problem, Remedy } from '../api/types.ts';
import { ActionButton } from '../components/action-button.tsx';
import { ActivityFold } from '../components/activity-fold.tsx';
import { Banner } from '../components/banner.tsx';
import { CatalogueCard } from '../components/catalogue-card.tsx';
import { ChecksFold } from '../components/checks-fold.tsx';
import { ConnectForm } from '../components/connect-form.tsx';
import { ConnectionCard } from '../components/connection-card.tsx';
import { DisconnectQuestion } from '../components/disconnect-question.tsx';
import { IncidentBanner } from '../components/incident-banner.tsx';
import { KeyList } from '../components/key-list.tsx';
import { MoreMenu, type RareAction } from '../components/more-menu.tsx';
import { OrderList } from '../components/order-list.tsx';
import { OrdersCard } from '../components/orders-card.tsx';
import { ProblemBanner } from '../components/problem-banner.tsx';
import { ProductLookUp } from '../components/product-look-up.tsx';
import { RotateQuestion } from '../components/rotate-question.tsx';
import { useChecks } from '../data/use-checks.ts';
import type { Connecting } from '../data/use-connecting.ts';
import { useFocus } from '../data/use-focus.ts';
import { useOrders } from '../data/use-orders.ts';
import type { PageStateHandle } from '../data/use-page-state.ts';
import { useRequest } from '../data/use-request.ts';
import { duration } from '../format/numbers.ts';

/** What the page needs. */
export interface ConnectedPageProps {
  readonly state: PageState;
  readonly connection: ConnectionView;
  readonly handle: PageStateHandle;
  readonly connecting: Connecting;
  /** This page has just connected, and shows how until the import has ended. */
  readonly attempt: Attempt | null;
  readonly code: string;
  /** The product to look up at first; empty: none. */
  readonly product: string;
  readonly onCodeChange: (code: string) => void;
  readonly onFarewell: (farewell: Farewell) => void;
}

/** What the last press of a button came to. */
type Outcome = { readonly kind: 'good'; readonly text: string } | { readonly kind: 'bad'; readonly problem: Problem };

/** The connected shop. */
export function ConnectedPage(props: ConnectedPageProps) {
  const { state, connection, handle, connecting, attempt } = props;
  const { change } = handle;
  const [asking, setAsking] = useState<'rotate' | 'disconnect' | 'reconnect' | null>(null);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [checksOpen, setChecksOpen] = useState(false);
  const checks = useChecks(attempt !== null, state.incident, handle.refresh);
  const clone = state.clone !== null;
  const [ordersOpen, setOrdersOpen] = useState(false);
  // Once a minute, by the shop's clock.
  const orders = useOrders(clone ? null : state.now.slice(0, 16));

  const tell = useCallback((text: string) => {
    setOutcome({ kind: 'good', text });
    speak(text);
  }, []);
  const act = useRequest(async (work: () => Promise<string | Problem>) => {
    setOutcome(null);
    const said = await work();
    if (typeof said === 'string') tell(said);
    else setOutcome({ kind: 'bad', problem: said });
  });

  // Once, when the import ends under the vendor's eyes; that DSTNC does not answer is no end.
  const importing = connection.receiverState ? connection.receiverState.importing !== null : null;
  const wasImporting = useRef(false);
  useEffect(() => {
    if (importing === null) return;
    if (wasImporting.current && !importing) tell(__('Your catalogue has been sent to DSTNC.', 'dstnc-for-woocommerce'));
    wasImporting.current = importing;
  }, [importing, tell]);

  const sync = useRequest(() => dstncApi.sync());
  const test = () =>
    act.run(async () => {
      const { ok, durationMs, problem } = await change(dstncApi.test);
      void checks.afresh();
      if (!ok && problem) return problem;
      /* translators: %s: duration, as in "0.3 s" */
      return sprintf(__('DSTNC answered the test in %s.', 'dstnc-for-woocommerce'), duration(durationMs));
    });

  const check = async (): Promise<void> => {
    speak(__('Checking…', 'dstnc-for-woocommerce'));
    await checks.again();
    speak(__('Checked.', 'dstnc-for-woocommerce'));
  };
  const remedy = (what: Remedy): void => {
    switch (what) {
      case 'repair':
        void act.run(async () => {
          await change(dstncApi.repair);
          void checks.afresh();
          return __('Repaired.', 'dstnc-for-woocommerce');
        });
        break;
      case 'check':
        setChecksOpen(true);
        void check();
        break;
      default:
        setAsking(what);
    }
  };
  const choose = (action: RareAction): void => {
    setOutcome(null);
    sync.clear();
    if (action === 'test') void test();
    else setAsking(action);
  };
  const done = (text: string): void => {
    setAsking(null);
    tell(text);
  };
  const foot = useRef<HTMLDivElement>(null);
  const cancel = (): void => {
    setAsking(null);
    foot.current?.querySelector<HTMLElement>('.dstnc-more button')?.focus();
  };
  const problem = act.problem ?? sync.problem ?? (outcome?.kind === 'bad' ? outcome.problem : null);

  return (
    <>
      {state.incident && !clone && (
        <IncidentBanner
          incident={state.incident}
          busy={act.busy}
          checking={checks.checking}
          onRemedy={remedy}
          onCheck={() => void check()}
          answering={asking !== null}
        />
      )}
      {asking === 'rotate' && (
        <RotateQuestion
          state={state}
          change={change}
          onDone={(text) => {
            done(text);
            void checks.afresh();
          }}
          onCancel={cancel}
        />
      )}
      {asking === 'disconnect' && (
        <DisconnectQuestion clone={clone} change={change} onDone={props.onFarewell} onCancel={cancel} />
      )}
      {asking === 'reconnect' && <Reconnect {...props} onCancel={cancel} connecting={connecting} />}
      {problem && <ProblemBanner problem={problem} kind="warning" />}
      {outcome?.kind === 'good' && (
        <Banner
          kind={state.incident ? 'neutral' : 'good'}
          title={outcome.text}
          actions={
            <Button variant="tertiary" size="compact" onClick={() => setOutcome(null)}>
              {__('Dismiss', 'dstnc-for-woocommerce')}
            </Button>
          }
        />
      )}
      <div className="dstnc-grid">
        {!clone && (
          <CatalogueCard
            connection={connection}
            incident={state.incident}
            outdated={handle.problem !== null}
            attempt={attempt}
          />
        )}
        {!clone && <OrdersCard orders={orders} open={ordersOpen} onToggle={() => setOrdersOpen(!ordersOpen)} />}
        <ConnectionCard connection={connection} />
      </div>
      {!clone && ordersOpen && <OrderList orders={orders} />}
      {!clone && <ProductLookUp arrivedFor={props.product} />}
      <div className="dstnc-foot">
        <div className="dstnc-folds">
          <ActivityFold freshness={state.now} />
          <ChecksFold
            checks={checks}
            open={checksOpen}
            onToggle={(open) => {
              setChecksOpen(open);
              // Who looks at them wants to know how it is now.
              if (open && !checks.own) void check();
            }}
            onCheck={() => void check()}
            onRemedy={remedy}
          />
        </div>
        <div className="dstnc-actions" ref={foot}>
          {!clone && (
            <ActionButton
              busy={sync.busy}
              waitingFor={__('Asking DSTNC to read everything again…', 'dstnc-for-woocommerce')}
              onClick={() => {
                void sync.run().then((answer) => answer && tell(answer.message));
              }}
            >
              {__('Sync now', 'dstnc-for-woocommerce')}
            </ActionButton>
          )}
          <MoreMenu clone={clone} onChoose={choose} />
        </div>
      </div>
      {state.manualKeys.length > 0 && (
        <section className="dstnc-card">
          <KeyList keys={state.manualKeys} change={change} />
        </section>
      )}
    </>
  );
}

function Reconnect(props: ConnectedPageProps & { onCancel(): void }) {
  const { state, connecting } = props;
  const headline = useFocus<HTMLHeadingElement>(true);
  return (
    <section className="dstnc-card" aria-labelledby="dstnc-reconnect">
      <h2 id="dstnc-reconnect" ref={headline} tabIndex={-1}>
        {__('Connect again', 'dstnc-for-woocommerce')}
      </h2>
      <p>{__('Ask DSTNC for a new connection code. Your products stay where they are.', 'dstnc-for-woocommerce')}</p>
      <ConnectForm
        users={state.users}
        suggestedUserId={state.suggestedUserId}
        connecting={connecting}
        code={props.code}
        onCodeChange={props.onCodeChange}
        onCancel={props.onCancel}
      />
    </section>
  );
}
