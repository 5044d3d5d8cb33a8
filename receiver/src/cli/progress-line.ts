import type { StoreReport } from '@dstnc/shared';
import { plainText } from '../catalog/plain-text.ts';

const WIDTH = 24;

/** How far an import is, in one line: "1 240 of 3 812 products  ███████▌········  about 20 s left". */
export function progressLine({ done, total, secondsLeft, waitingFor }: NonNullable<StoreReport['import']>): string {
  const share = total === 0 ? 0 : done / total;
  const bar = '█'.repeat(Math.floor(share * WIDTH)).padEnd(WIDTH, '·');
  const counted = `${grouped(done)} of ${total === 0 ? 'an unknown number of' : grouped(total)} products`;
  return [counted, bar, waitingFor !== null ? `waits: ${plainText(waitingFor)}` : left(secondsLeft)]
    .filter((part) => part !== '')
    .join('  ');
}

function left(seconds: number | null): string {
  if (seconds === null) return '';
  if (seconds < 90) return `about ${seconds} s left`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `about ${minutes} min left` : `about ${Math.round(minutes / 60)} h left`;
}

/** Thousands apart by a space that doesn't break. */
function grouped(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, '\u00a0');
}
