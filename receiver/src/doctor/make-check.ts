import type { Check } from '@dstnc/shared';

/** All is well there. */
export function fine(id: string, title: string, detail = ''): Check {
  return { id, status: 'ok', title, detail, why: '', advice: '', technical: '' };
}

/** Nothing can be said: something before it is wrong, or it hasn't been seen yet. */
export function unclear(id: string, title: string): Check {
  return { id, status: 'unknown', title, detail: '', why: '', advice: '', technical: '' };
}

/** What is wrong, why that matters, and the one thing to do. */
export function wrong(
  id: string,
  status: 'warning' | 'problem',
  text: { title: string; why: string; advice: string; detail?: string; technical?: string },
): Check {
  const { title, why, advice, detail = '', technical = '' } = text;
  return { id, status, title, detail, why, advice, technical };
}
