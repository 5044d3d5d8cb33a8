/** The language of a group's words. */
export interface GroupLanguage {
  /** As the store names it; null: it doesn't say. */
  readonly locale: string | null;
  /** The language that was asked for, where the group isn't translated into it; null: it is, or none was asked for. */
  readonly missing: string | null;
}
