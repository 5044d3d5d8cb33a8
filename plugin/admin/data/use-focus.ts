import { type RefObject, useEffect, useRef } from '@wordpress/element';

/**
 * Moves the focus to an element when `reason` changes to something true: to a new section, or to the line that failed. The
 * element needs `tabIndex={-1}` unless it can be focused anyway.
 */
export function useFocus<Target extends HTMLElement>(reason: unknown): RefObject<Target> {
  const target = useRef<Target>(null);
  useEffect(() => {
    if (reason) target.current?.focus();
  }, [reason]);
  return target;
}
