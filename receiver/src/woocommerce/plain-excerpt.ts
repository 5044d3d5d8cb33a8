/** More than this is not looked at: pages are long and hostile ones are longer. */
const LOOKED_AT = 16_384;

/** The first 200 characters of a page as plain text: without tags, scripts and styles, white space folded. */
export function plainExcerpt(page: string): string {
  return page
    .slice(0, LOOKED_AT)
    .replace(/<(script|style)\b[\s\S]*?<\/\1\s*>/gi, ' ')
    .replace(/<[^<>]*>/g, ' ')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, 200)
    .toWellFormed();
}
