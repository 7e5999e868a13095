/** The shared drives that an account follows: all that it is a member of, none, or those with these ids. */
export type DriveScope = 'all' | 'none' | readonly string[];

/** What scheduled jobs need to know of an account; kept in its store. Spans in ms. */
export interface AccountSettings {
  drives: DriveScope;
  /** Whether folders shared with the user are walked, whose children no flat listing shows. */
  walk: boolean;
  /** How old a source's last full crawl may become. */
  fullEveryMs: number;
  /** How long events are kept. */
  historyMs: number;
}

/** Reads a scope back from its text; `named` drives are a JSON list. */
export function toScope(text: string): DriveScope {
  if (text === 'all' || text === 'none') return text;
  const ids: unknown = JSON.parse(text);
  return Array.isArray(ids) ? ids.map(String) : 'all';
}

/** A scope as text. */
export function scopeText(scope: DriveScope): string {
  return typeof scope === 'string' ? scope : JSON.stringify(scope);
}
