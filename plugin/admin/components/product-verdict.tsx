import { __, sprintf } from '@wordpress/i18n';
import type { DstncListing, ProductExplanation } from '../api/types.ts';
import { useShopTime } from '../data/shop-clock.ts';
import { number } from '../format/numbers.ts';
import { clockTime } from '../format/times.ts';
import { HelpLink } from './help-link.tsx';
import { Mark } from './mark.tsx';
import { Moment } from './moment.tsx';
import { ProblemText } from './problem-text.tsx';
import { RelativeTime } from './relative-time.tsx';
import { words } from './words.tsx';

/** Why a product is, or is not, purchasable on DSTNC. */
export function ProductVerdict({ product }: { product: ProductExplanation }) {
  const { onDstnc, problem, shop } = product;
  const differs = onDstnc !== null && onDstnc.purchasable !== shop.purchasable;
  const inShopNow = sprintf(
    /* translators: %s: a sentence on a product, as in "Stock is managed here and the quantity is 3." */
    __('In your shop now: %s', 'dstnc-for-woocommerce'),
    shop.sentence,
  );
  return (
    <div className="dstnc-verdict">
      <p className="dstnc-verdict-sentence">{problem ? inShopNow : product.sentence}</p>
      {differs && shop.sentence !== product.sentence && <p>{inShopNow}</p>}
      {onDstnc ? (
        <OnDstnc listing={onDstnc} />
      ) : problem ? (
        <div className="dstnc-with-mark">
          <Mark kind="warning" />
          <div>
            <p>{problem.title}</p>
            <ProblemText problem={problem} />
          </div>
        </div>
      ) : (
        <p>{__('DSTNC has no listing of this product.', 'dstnc-for-woocommerce')}</p>
      )}
      {shop.fields.length > 0 && (
        <details className="dstnc-details">
          <summary>{__('What your shop says', 'dstnc-for-woocommerce')}</summary>
          <dl className="dstnc-fields">
            {shop.fields.map(({ name, value }) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
      {product.editUrl !== '' && (
        <HelpLink url={product.editUrl} className="components-button is-secondary dstnc-edit">
          {__('Edit product', 'dstnc-for-woocommerce')}
        </HelpLink>
      )}
    </div>
  );
}

function OnDstnc({ listing }: { listing: DstncListing }) {
  const now = useShopTime(30_000);
  const { quantity, acceptedAt, pendingSince, rejected } = listing;
  return (
    <>
      {rejected !== null && rejected !== '' && (
        <p className="dstnc-with-mark">
          <Mark kind="bad" />
          <span>
            {sprintf(
              /* translators: %s: DSTNC's reason */
              __('DSTNC refused it: %s', 'dstnc-for-woocommerce'),
              rejected,
            )}
          </span>
        </p>
      )}
      {pendingSince !== null && (
        <p className="dstnc-with-mark">
          <Mark kind="running" />
          <span>
            {words(
              /* translators: %s: how long ago, as in "4 s ago" */
              __('A change made %s is on its way to DSTNC.', 'dstnc-for-woocommerce'),
              <RelativeTime at={pendingSince} />,
            )}
          </span>
        </p>
      )}
      <ul className="dstnc-row dstnc-quiet">
        <li>
          {quantity === null
            ? __('Quantity on DSTNC: not tracked', 'dstnc-for-woocommerce')
            : /* translators: %s: number of pieces in stock */
              sprintf(__('Quantity on DSTNC: %s', 'dstnc-for-woocommerce'), number(quantity))}
        </li>
        {acceptedAt !== null && (
          <li>
            {words(
              /* translators: %s: time of day, as in "13:58:02" */
              __('on DSTNC since %s', 'dstnc-for-woocommerce'),
              <Moment at={acceptedAt}>{clockTime(acceptedAt, now)}</Moment>,
            )}
          </li>
        )}
      </ul>
    </>
  );
}
