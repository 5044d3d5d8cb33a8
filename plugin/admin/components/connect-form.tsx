import { speak } from '@wordpress/a11y';
import { Button, TextControl } from '@wordpress/components';
import { useEffect, useId, useRef, useState } from '@wordpress/element';
import { __ } from '@wordpress/i18n';
import type { ReactNode } from 'react';
import type { ShopUser } from '../api/types.ts';
import type { Connecting } from '../data/use-connecting.ts';
import { ActionButton } from './action-button.tsx';
import { ProblemText } from './problem-text.tsx';
import { UserSelect } from './user-select.tsx';

/** What the form starts with. */
export interface ConnectFormProps {
  readonly users: readonly ShopUser[];
  readonly suggestedUserId: number;
  readonly connecting: Connecting;
  /** The code that the vendor's link carried. */
  readonly code: string;
  readonly onCodeChange: (code: string) => void;
  /** Another way, at the end of the line of buttons. */
  readonly otherWay?: ReactNode;
  readonly onCancel?: () => void;
  /** Put the cursor into the field: the vendor comes from where it failed. */
  readonly focusCode?: boolean;
}

/** The connection code, whom DSTNC acts as, and Connect. */
export function ConnectForm(props: ConnectFormProps) {
  const { users, suggestedUserId, connecting, code, onCodeChange } = props;
  const [userId, setUserId] = useState(suggestedUserId || users[0]?.id || 0);
  const [missing, setMissing] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const complaint = useId();
  const [arrivedWith] = useState(code);
  const refusal = missing ? null : connecting.refusal;

  // What is wrong is the code's, almost always: the focus goes there, and the words are read with it.
  useEffect(() => {
    if (!refusal) return;
    field.current?.focus();
    speak(refusal.title, 'assertive');
  }, [refusal]);

  const { focusCode = false } = props;
  useEffect(() => {
    if (!focusCode) return;
    field.current?.focus();
    field.current?.select();
  }, [focusCode]);

  const submit = (): void => {
    if (connecting.running) return;
    const compact = code.replace(/\s+/g, '');
    setMissing(compact === '');
    if (compact === '') field.current?.focus();
    else void connecting.start(compact, userId);
  };

  if (users.length === 0) {
    return (
      <p>
        {__(
          'Nobody in this shop may manage products and orders. Give a user the role Shop manager, then reload this page.',
          'dstnc-for-woocommerce',
        )}
      </p>
    );
  }
  return (
    <form
      className="dstnc-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div>
        <TextControl
          ref={field}
          className="dstnc-code"
          label={__('Connection code', 'dstnc-for-woocommerce')}
          placeholder={__('Paste the code from your DSTNC invitation', 'dstnc-for-woocommerce')}
          help={
            code !== '' && code === arrivedWith && !missing && !refusal
              ? __('Taken from your invitation’s link. You need not do anything with it.', 'dstnc-for-woocommerce')
              : undefined
          }
          value={code}
          onChange={(next) => {
            setMissing(false);
            onCodeChange(next);
          }}
          autoComplete="off"
          spellCheck={false}
          dir="ltr"
          aria-invalid={missing || refusal !== null}
          aria-errormessage={complaint}
          __next40pxDefaultSize
          __nextHasNoMarginBottom
        />
        <div id={complaint} className="dstnc-complaint">
          {missing && <p>{__('Paste the code from your DSTNC invitation first.', 'dstnc-for-woocommerce')}</p>}
          {refusal && (
            <>
              <p>
                <strong>{refusal.title}</strong>
              </p>
              <ProblemText problem={refusal} />
            </>
          )}
        </div>
      </div>
      <UserSelect users={users} value={userId} onChange={setUserId} />
      <div className="dstnc-actions">
        <ActionButton
          variant="primary"
          submit
          busy={connecting.running}
          waitingFor={__('Reading the code…', 'dstnc-for-woocommerce')}
        >
          {__('Connect', 'dstnc-for-woocommerce')}
        </ActionButton>
        {props.onCancel && (
          <Button variant="tertiary" onClick={props.onCancel} __next40pxDefaultSize>
            {__('Cancel', 'dstnc-for-woocommerce')}
          </Button>
        )}
        {props.otherWay && <span className="dstnc-other-way">{props.otherWay}</span>}
      </div>
    </form>
  );
}
