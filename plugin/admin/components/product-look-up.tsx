import { SearchControl } from '@wordpress/components';
import { useEffect, useRef, useState } from '@wordpress/element';
import { __, _n, sprintf } from '@wordpress/i18n';
import { dstncApi } from '../api/dstnc-api.ts';
import type { ProductHit } from '../api/types.ts';
import { useProductSearch } from '../data/use-product-search.ts';
import { useRequest } from '../data/use-request.ts';
import { useSlow } from '../data/use-slow.ts';
import { number } from '../format/numbers.ts';
import { ProblemText } from './problem-text.tsx';
import { ProductVerdict } from './product-verdict.tsx';
import { PurchasableMark } from './purchasable-mark.tsx';

/** "Why is this product not purchasable?", asked by name or SKU. `arrivedFor`: the product that the link here names, or nothing. */
export function ProductLookUp({ arrivedFor }: { arrivedFor: string }) {
  const [search, setSearch] = useState('');
  const [asked, setAsked] = useState(arrivedFor === '' ? null : arrivedFor);
  const found = useProductSearch(search);
  const product = useRequest(dstncApi.product);
  const { run, clear } = product;
  const slow = useSlow(found.busy || product.busy);
  const [open, setOpen] = useState<string | null>(null);
  const section = useRef<HTMLElement>(null);
  const headline = useRef<HTMLHeadingElement>(null);
  const result = useRef<HTMLParagraphElement>(null);

  // The only one found is the one that is meant.
  useEffect(() => {
    const only = (found.answer?.length === 1 ? found.answer[0]?.externalId : undefined) ?? asked;
    setOpen(only);
    if (only !== null) void run(only);
    else clear();
  }, [found.answer, asked, run, clear]);

  // Who came for one product is led to it, now and again when the answer has made the page longer; not if they went elsewhere.
  const arrived = asked !== null;
  const settled = product.answer ?? product.problem;
  useEffect(() => {
    if (!arrived) return;
    const place = document.activeElement;
    if (settled && place !== headline.current) return;
    section.current?.scrollIntoView();
    (settled ? (result.current ?? headline.current) : headline.current)?.focus({ preventScroll: true });
  }, [arrived, settled]);

  const hits = found.answer ?? [];
  const problem = found.problem ?? product.problem;
  return (
    <section className="dstnc-card dstnc-look-up" aria-labelledby="dstnc-look-up" ref={section}>
      <h2 id="dstnc-look-up" ref={headline} tabIndex={-1}>
        {__('Why is this product not purchasable?', 'dstnc-for-woocommerce')}
      </h2>
      <SearchControl
        className="dstnc-search"
        label={__('Search by name or SKU', 'dstnc-for-woocommerce')}
        placeholder={__('Search by name or SKU', 'dstnc-for-woocommerce')}
        value={search}
        onChange={(next) => {
          setAsked(null);
          setSearch(next);
        }}
        __nextHasNoMarginBottom
      />
      <p className={found.answer || slow ? 'dstnc-quiet' : 'screen-reader-text'} role="status">
        {slow
          ? __('Asking DSTNC…', 'dstnc-for-woocommerce')
          : found.answer && !found.busy
            ? foundText(hits.length)
            : ''}
      </p>
      {hits.length > 1 && (
        <ul className="dstnc-hits">
          {hits.map((hit) => (
            <li key={hit.externalId}>
              <button
                type="button"
                className="dstnc-hit"
                aria-expanded={open === hit.externalId}
                onClick={() => {
                  const next = open === hit.externalId ? null : hit.externalId;
                  setOpen(next);
                  clear();
                  if (next) void run(next);
                }}
              >
                <span className="dstnc-hit-name">{nameOf(hit)}</span>
                <PurchasableMark purchasable={hit.purchasable} />
              </button>
              {open === hit.externalId && product.answer && <ProductVerdict product={product.answer} />}
            </li>
          ))}
        </ul>
      )}
      {(hits.length === 1 || arrived) && product.answer && (
        <div className="dstnc-only-hit">
          <p className="dstnc-hit" ref={result} tabIndex={-1}>
            <span className="dstnc-hit-name">{nameOf(product.answer)}</span>
            <PurchasableMark
              purchasable={product.answer.onDstnc?.purchasable ?? null}
              asked={product.answer.problem === null}
            />
          </p>
          <ProductVerdict product={product.answer} />
        </div>
      )}
      {problem && (
        <div className="dstnc-complaint" role="alert">
          <p>
            <strong>{problem.title}</strong>
          </p>
          <ProblemText problem={problem} />
        </div>
      )}
    </section>
  );
}

function nameOf({ title, sku }: Pick<ProductHit, 'title' | 'sku'>): string {
  /* translators: 1: name of a product, 2: its SKU */
  return sku === '' ? title : sprintf(__('%1$s (SKU %2$s)', 'dstnc-for-woocommerce'), title, sku);
}

function foundText(count: number): string {
  if (count === 0) return __('No product of that name or SKU is on DSTNC.', 'dstnc-for-woocommerce');
  /* translators: %s: number of products */
  return sprintf(_n('%s product found', '%s products found', count, 'dstnc-for-woocommerce'), number(count));
}
