/** Text on one line, without control characters (Unicode's Cc): they come in with imports and break feeds and terminals. */
export function plainText(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ').trim();
}
