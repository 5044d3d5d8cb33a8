import type { Check, DoctorReport } from '@dstnc/shared';
import { plainText } from '../catalog/plain-text.ts';

const SIGN = { ok: '✓', warning: '!', problem: '✗', unknown: '?' } satisfies Record<Check['status'], string>;

/** A doctor's report for a terminal: one line a check, with what to do where something is wrong. */
export function diagnosis({ checks }: DoctorReport): string {
  return checks
    .flatMap(({ status, title, detail, advice, technical }) => {
      const lines = [`${SIGN[status]} ${title}${detail === '' ? '' : ` ${detail}`}`];
      if (advice !== '') lines.push(`  → ${advice}`);
      if (technical !== '') lines.push(`  (${technical})`);
      return lines;
    })
    .map((line) => line.replace(/^( *)(.*)$/s, (_, indent: string, text: string) => indent + plainText(text)))
    .join('\n');
}
