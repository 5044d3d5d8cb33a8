import type { ReactNode } from 'react';

/** A section that opens where it stands. */
export function Fold(props: { title: ReactNode; open: boolean; onToggle(open: boolean): void; children: ReactNode }) {
  return (
    <details className="dstnc-fold" open={props.open} onToggle={(event) => props.onToggle(event.currentTarget.open)}>
      <summary>{props.title}</summary>
      {props.open && <div className="dstnc-fold-body">{props.children}</div>}
    </details>
  );
}
