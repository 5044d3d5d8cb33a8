import { speak } from '@wordpress/a11y';
import { Button } from '@wordpress/components';
import { useEffect, useRef, useState } from '@wordpress/element';
import { __ } from '@wordpress/i18n';
import { dstncApi } from '../api/dstnc-api.ts';
import type { Attempt, Farewell, PageState } from '../api/types.ts';
import { ActionButton } from '../components/action-button.tsx';
import { Banner } from '../components/banner.tsx';
import { CloneBanner } from '../components/clone-banner.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemBanner } from '../components/problem-banner.tsx';
import { ProblemText } from '../components/problem-text.tsx';
import { SupportFacts } from '../components/support-facts.ts';
import { PageHeading } from '../data/page-heading.ts';
import { ShopClock } from '../data/shop-clock.ts';
import { type Connecting, useConnecting } from '../data/use-connecting.ts';
import { useFocus } from '../data/use-focus.ts';
import { type PageStateHandle, usePageState } from '../data/use-page-state.ts';
import { useRequest } from '../data/use-request.ts';
import { ConnectedPage } from './connected-page.tsx';
import { ConnectingPage } from './connecting-page.tsx';
import { LoadingPage } from './loading-page.tsx';
import { NotConnectedPage } from './not-connected-page.tsx';

/** What the link that led here carried; empty: nothing. */
export interface DstncPageProps {
  /** A connection code. */
  readonly arrivedWith: string;
  /** The product to look up, as in `4711:0`. */
  readonly product?: string;
}

/** WooCommerce > DSTNC. */
export function DstncPage({ arrivedWith, product = '' }: DstncPageProps) {
  const handle = usePageState();
  const connecting = useConnecting(handle);
  const { state } = handle;
  const underWay = connecting.attempt !== null && !connecting.attempt.finished;
  const heading = useRef<HTMLHeadingElement>(null);
  return (
    <ShopClock.Provider value={handle.clockOffset}>
      <SupportFacts.Provider value={state ? supportFacts(state) : ''}>
        <PageHeading.Provider value={heading}>
          <PageHeader state={state} connecting={underWay && !connecting.attempt?.failed} />
          <div className="dstnc-page">
            <NoAnswer handle={handle} />
            {state ? (
              <Body state={state} handle={handle} connecting={connecting} arrivedWith={arrivedWith} product={product} />
            ) : (
              !handle.problem && <LoadingPage />
            )}
          </div>
        </PageHeading.Provider>
      </SupportFacts.Provider>
    </ShopClock.Provider>
  );
}

function Body(props: Required<DstncPageProps> & { state: PageState; handle: PageStateHandle; connecting: Connecting }) {
  const { state, handle, connecting, arrivedWith } = props;
  const [code, setCode] = useState(arrivedWith);
  const [farewell, setFarewell] = useState<Farewell | null>(null);
  const { attempt } = connecting;
  const connected = state.phase === 'connected' && state.connection !== null;
  const pageHeadline = useFocus<HTMLHeadingElement>(farewell);

  const choose = useRequest((choice: 'live' | 'quiet') =>
    handle
      .change(() => dstncApi.chooseClone(choice))
      .catch((error: unknown) => {
        // The shop may have put its connection away.
        void handle.refresh();
        throw error;
      }),
  );
  const isLive = connected && !state.clone;
  const { clear: forgetChoice } = choose;
  useEffect(() => {
    if (isLive) forgetChoice();
  }, [isLive, forgetChoice]);
  // By then the banner that the choice was made in is gone, with the copy; what it came to is still to be read.
  const locked = !connected && !state.clone && choose.problem?.code === 'moved_and_locked' ? choose.problem : null;
  const lockedHeadline = useFocus<HTMLHeadingElement>(locked);

  // Connecting has ended well: the code is used up, and the words are for those who don't see the page change.
  const before = useRef<Attempt | null>(null);
  const [tried, setTried] = useState(false);
  useEffect(() => {
    if (attempt) setTried(!attempt.finished);
    if (attempt?.finished && before.current && !before.current.finished) {
      setCode('');
      setFarewell(null);
      speak(__('This shop is connected to DSTNC.', 'dstnc-for-woocommerce'));
    }
    before.current = attempt;
  }, [attempt]);

  if (attempt && (!attempt.finished || state.phase === 'connecting')) {
    return <ConnectingPage attempt={attempt} connecting={connecting} />;
  }
  return (
    <>
      {farewell && !connected && (
        <Banner
          kind={farewell.told ? 'good' : 'warning'}
          headline={pageHeadline}
          title={
            farewell.told
              ? __('Disconnected. DSTNC is withdrawing your products.', 'dstnc-for-woocommerce')
              : (farewell.problem?.title ?? __('Disconnected here; DSTNC was not told.', 'dstnc-for-woocommerce'))
          }
        >
          {!farewell.told && farewell.problem && <ProblemText problem={farewell.problem} />}
        </Banner>
      )}
      {locked && (
        <ProblemBanner
          problem={locked}
          kind="warning"
          headline={lockedHeadline}
          actions={
            <Button variant="tertiary" size="compact" onClick={choose.clear}>
              {__('Dismiss', 'dstnc-for-woocommerce')}
            </Button>
          }
        />
      )}
      {state.clone && <CloneBanner clone={state.clone} choose={choose} />}
      {connected && state.connection ? (
        <ConnectedPage
          state={state}
          connection={state.connection}
          handle={handle}
          connecting={connecting}
          attempt={attempt}
          code={code}
          product={props.product}
          onCodeChange={setCode}
          onFarewell={setFarewell}
        />
      ) : (
        <NotConnectedPage
          state={state}
          change={handle.change}
          connecting={connecting}
          code={code}
          onCodeChange={setCode}
          focusCode={tried}
        />
      )}
    </>
  );
}

/** The shop itself gave no news: what the page shows is older than it seems. */
function NoAnswer({ handle }: { handle: PageStateHandle }) {
  const retry = useRequest(handle.refresh);
  if (!handle.problem) return null;
  return (
    <ProblemBanner
      problem={handle.problem}
      kind={handle.state ? 'warning' : 'bad'}
      actions={
        <ActionButton
          variant={handle.state ? 'secondary' : 'primary'}
          busy={retry.busy}
          waitingFor={__('Asking your shop…', 'dstnc-for-woocommerce')}
          onClick={() => void retry.run()}
        >
          {__('Try again', 'dstnc-for-woocommerce')}
        </ActionButton>
      }
    />
  );
}

function supportFacts({ shop, connection }: PageState): string {
  return [
    `shop ${shop.url}`,
    connection && `store ${connection.storeId} at ${connection.receiver}`,
    `plugin ${shop.plugin}, WooCommerce ${shop.woocommerce}, WordPress ${shop.wordpress}`,
  ]
    .filter(Boolean)
    .join('\n');
}
