import type { ReactNode } from 'react';
import { exactTime } from '../format/times.ts';

/** A moment in whatever words, with the exact time on hover. */
export function Moment({ at, children }: { at: string; children: ReactNode }) {
  return (
    <time dateTime={at} title={exactTime(at)}>
      {children}
    </time>
  );
}
