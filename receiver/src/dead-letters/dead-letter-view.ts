import type { DeadLetter } from '../storage/storage.ts';
import { advise } from './advise.ts';

/** A dead letter as operators see it. */
export interface DeadLetterView extends Omit<DeadLetter, 'at'> {
  /** RFC 3339. */
  readonly at: string;
  readonly whatToDo: string;
}

/** Adds what can be done about it. */
export function deadLetterView(letter: DeadLetter): DeadLetterView {
  return { ...letter, at: new Date(letter.at).toISOString(), whatToDo: advise(letter) };
}
