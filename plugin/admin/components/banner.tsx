import { useContext, useLayoutEffect, useRef } from '@wordpress/element';
import type { ReactNode, RefObject } from 'react';
import { PageHeading } from '../data/page-heading.ts';
import { Mark, type MarkKind } from './mark.tsx';

/** What a banner is made of. */
export interface BannerProps {
  readonly kind: Exclude<MarkKind, 'running'>;
  readonly title: ReactNode;
  readonly children?: ReactNode;
  /** Buttons, the first one being the thing to do. */
  readonly actions?: ReactNode;
  /** To move the focus to its headline. */
  readonly headline?: RefObject<HTMLHeadingElement>;
}

/** Something to know, in the page. */
export function Banner({ kind, title, children, actions, headline }: BannerProps) {
  const section = useRef<HTMLElement>(null);
  const pageHeading = useContext(PageHeading);
  // Whoever pressed a button of it with the keyboard keeps a place on the page when it goes away.
  useLayoutEffect(() => {
    const own = section.current;
    return () => {
      if (own?.contains(document.activeElement)) pageHeading.current?.focus();
    };
  }, [pageHeading]);
  return (
    <section ref={section} className={`dstnc-banner dstnc-banner-${kind}`}>
      <Mark kind={kind} />
      <div className="dstnc-banner-body">
        <h2 ref={headline} tabIndex={headline ? -1 : undefined}>
          {title}
        </h2>
        {children}
        {actions && <div className="dstnc-actions">{actions}</div>}
      </div>
    </section>
  );
}
