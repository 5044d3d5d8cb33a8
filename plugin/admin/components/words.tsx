import { createElement, Fragment } from '@wordpress/element';
import type { ReactNode } from 'react';

/**
 * A translated sentence with elements in the places of its `%s`, `%1$s`, `%2$s` …: translators move them as their language
 * needs, and no markup stands in a translation.
 */
export function words(template: string, ...parts: readonly ReactNode[]): ReactNode {
  let next = 0;
  const pieces = template.split(/(%(?:\d+\$)?s)/).map((piece) => {
    const place = /^%(?:(\d+)\$)?s$/.exec(piece);
    if (!place) return piece;
    if (!place[1]) next += 1;
    return parts[(place[1] ? Number(place[1]) : next) - 1];
  });
  return createElement(Fragment, null, ...pieces);
}
