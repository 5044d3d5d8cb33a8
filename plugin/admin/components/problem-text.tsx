import type { Problem } from '../api/types.ts';
import { Details } from './details.tsx';
import { HelpLink } from './help-link.tsx';

/** Why, what to do, and the fold for support. The headline stands elsewhere. */
export function ProblemText({ problem }: { problem: Problem }) {
  return (
    <div className="dstnc-problem-text">
      {problem.detail !== '' && <p>{problem.detail}</p>}
      {problem.advice !== '' && (
        <p>
          <strong>{problem.advice}</strong>
        </p>
      )}
      {problem.link && (
        <p>
          <HelpLink url={problem.link.url}>{problem.link.label}</HelpLink>
        </p>
      )}
      <Details problem={problem} />
    </div>
  );
}
