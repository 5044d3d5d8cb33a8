import { placeText, readPlace, type ScanPlace } from './scan-place.ts';

/** Names the form, so that the cursor of another API, or of an older receiver, is known for what it is. */
const FORM = 'm1';

/** Places in several lists as one opaque cursor. */
export function cursorText(places: readonly ScanPlace[]): string {
  return [FORM, ...places.map(placeText)].join('|');
}

/** @returns null for another API's cursor, or one for another number of lists */
export function readCursor(text: string, lists: number): ScanPlace[] | null {
  const [form, ...parts] = text.split('|');
  if (form !== FORM || parts.length !== lists) return null;
  const places = parts.map(readPlace);
  return places.every((place) => place !== null) ? places : null;
}
