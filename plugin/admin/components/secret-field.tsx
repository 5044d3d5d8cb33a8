import { useId } from '@wordpress/element';
import { CopyButton } from './copy-button.tsx';

/** A value to copy elsewhere; masked until it is asked for. */
export function SecretField(props: { label: string; value: string; masked?: boolean; copyLabel: string }) {
  const id = useId();
  return (
    <div className="dstnc-secret">
      <label htmlFor={id}>{props.label}</label>
      <div className="dstnc-secret-row">
        <input
          id={id}
          className="dstnc-secret-value code"
          type={props.masked ? 'password' : 'text'}
          value={props.value}
          dir="ltr"
          readOnly
          autoComplete="off"
          onFocus={(event) => event.target.select()}
        />
        <CopyButton text={props.value} label={props.copyLabel} />
      </div>
    </div>
  );
}
