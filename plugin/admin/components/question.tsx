import { Button } from '@wordpress/components';
import type { ReactNode } from 'react';
import type { Problem } from '../api/types.ts';
import { useFocus } from '../data/use-focus.ts';
import { ActionButton } from './action-button.tsx';
import { ProblemText } from './problem-text.tsx';

/** What is asked. */
export interface QuestionProps {
  readonly title: string;
  readonly children: ReactNode;
  readonly yes: string;
  readonly no: string;
  readonly destructive?: boolean;
  readonly busy: boolean;
  readonly waitingFor: string;
  readonly problem: Problem | null;
  readonly onYes: () => void;
  readonly onNo: () => void;
}

/** Asks in the page before something is done. Escape means no. */
export function Question(props: QuestionProps) {
  const headline = useFocus<HTMLHeadingElement>(props.title);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape is a short cut for the button that is there
    <section
      className="dstnc-card dstnc-question"
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !props.busy) props.onNo();
      }}
    >
      <h2 ref={headline} tabIndex={-1}>
        {props.title}
      </h2>
      {props.children}
      {props.problem && (
        <div className="dstnc-complaint" role="alert">
          <p>
            <strong>{props.problem.title}</strong>
          </p>
          <ProblemText problem={props.problem} />
        </div>
      )}
      <div className="dstnc-actions">
        <ActionButton
          variant="primary"
          destructive={props.destructive ?? false}
          busy={props.busy}
          waitingFor={props.waitingFor}
          onClick={props.onYes}
        >
          {props.yes}
        </ActionButton>
        <Button variant="tertiary" onClick={props.onNo} aria-disabled={props.busy} __next40pxDefaultSize>
          {props.no}
        </Button>
      </div>
    </section>
  );
}
