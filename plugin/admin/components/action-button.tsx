import { Button } from '@wordpress/components';
import type { ReactNode } from 'react';
import { useSlow } from '../data/use-slow.ts';

/** What a button does, and what it waits for. */
export interface ActionButtonProps {
  readonly variant?: 'primary' | 'secondary' | 'tertiary' | 'link';
  readonly destructive?: boolean;
  readonly busy: boolean;
  readonly disabled?: boolean;
  /** Said beside the button once the wait is longer than a second. */
  readonly waitingFor: string;
  readonly submit?: boolean;
  readonly onClick?: () => void;
  readonly children: ReactNode;
}

/** A button that says what it waits for, and can't be pressed twice. */
export function ActionButton(props: ActionButtonProps) {
  const { variant = 'secondary', destructive = false, busy, disabled = false, submit = false, onClick } = props;
  const slow = useSlow(busy);
  return (
    <>
      <Button
        variant={variant}
        isDestructive={destructive}
        isBusy={busy}
        // Kept focusable: a keyboard's place on the page is not lost while it works.
        aria-disabled={busy || disabled}
        type={submit ? 'submit' : 'button'}
        __next40pxDefaultSize
        onClick={(event: { preventDefault(): void }) => {
          if (busy || disabled) event.preventDefault();
          else onClick?.();
        }}
      >
        {props.children}
      </Button>
      <span className="dstnc-waiting" role="status">
        {slow ? props.waitingFor : ''}
      </span>
    </>
  );
}
