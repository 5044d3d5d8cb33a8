import type { ReactNode, RefObject } from 'react';
import type { Problem } from '../api/types.ts';
import { Banner } from './banner.tsx';
import { ProblemText } from './problem-text.tsx';

/** A problem that stands for itself. */
export function ProblemBanner(props: {
  problem: Problem;
  kind?: 'bad' | 'warning';
  actions?: ReactNode;
  headline?: RefObject<HTMLHeadingElement>;
}) {
  const { problem, kind = 'bad', actions, headline } = props;
  return (
    <Banner kind={kind} title={problem.title} actions={actions} {...(headline ? { headline } : {})}>
      <ProblemText problem={problem} />
    </Banner>
  );
}
