import { SyncFailure } from './failure';

/** The shared drives that an account follows: all of which it is a member, none, or those with these ids. */
export type DriveScope = 'all' | 'none' | readonly string[];

/** The settings of an account, kept in its store so that scheduled jobs need no command line. Spans in ms. */
export interface AccountSettings {
  drives: DriveScope;
  /** Whether to walk folders that others share with the user, whose children a flat listing may not show. */
  walk: boolean;
  /** How old the last full crawl of a source may become. */
  fullEveryMs: number;
  /** How long events are kept. */
  historyMs: number;
  content: ContentSettings;
}

/** Whether the text of files is kept, and of which files. */
export interface ContentSettings {
  on: boolean;
  /** The size of the largest file whose text is kept, in bytes. */
  maxBytes: number;
  /** Whether to keep the text of files in the trash. */
  trashed: boolean;
  /** Whether to leave out files that other people own. */
  ownOnly: boolean;
  /** Search filters that a file must meet, such as `type:pdf`; empty: none. Folders are named by their ids. */
  include: string;
  /** Search filters of files to leave out; empty: none. */
  exclude: string;
}

/** The settings of an account that has never changed them. */
export const NO_CONTENT: ContentSettings = {
  on: false,
  maxBytes: 50_000_000,
  trashed: false,
  ownOnly: false,
  include: '',
  exclude: '',
};

/** Parses the text of content settings. What is missing or of another type is as at first. */
export function toContentSettings(text: string): ContentSettings {
  const given: unknown = JSON.parse(text);
  const read = { ...NO_CONTENT, ...(typeof given === 'object' ? given : {}) };
  return isContentSettings(read) ? read : NO_CONTENT;
}

const CONTENT_CHECKS: { readonly [name in keyof ContentSettings]: (value: unknown) => boolean } = {
  on: isFlag,
  maxBytes: isSpan,
  trashed: isFlag,
  ownOnly: isFlag,
  include: isShortText,
  exclude: isShortText,
};

function isContentSettings(value: unknown): value is ContentSettings {
  if (typeof value !== 'object' || value === null) return false;
  const fields: Record<string, unknown> = { ...value };
  return Object.entries(CONTENT_CHECKS).every(([name, check]) => check(fields[name]));
}

const LONGEST_TEXT = 2_000;

function isShortText(value: unknown): boolean {
  return typeof value === 'string' && value.length <= LONGEST_TEXT;
}

function isFlag(value: unknown): boolean {
  return typeof value === 'boolean';
}

/** Parses the text of a scope; drive ids are a JSON list. Anything else counts as the default. */
export function toScope(text: string): DriveScope {
  if (text === 'all' || text === 'none') return text;
  try {
    const ids: unknown = JSON.parse(text);
    return isScope(ids) ? ids : 'all';
  } catch {
    return 'all';
  }
}

/** A scope as text. */
export function scopeText(scope: DriveScope): string {
  return typeof scope === 'string' ? scope : JSON.stringify(scope);
}

/** True if the text has the form of a drive id. */
export function isDriveId(id: unknown): id is string {
  return typeof id === 'string' && /^[\w-]+$/.test(id);
}

const CHECKS: { readonly [name in keyof AccountSettings]: (value: unknown) => boolean } = {
  drives: isScope,
  walk: isFlag,
  fullEveryMs: isSpan,
  historyMs: isSpan,
  content: isContentSettings,
};

/**
 * Checks settings that come through Temporal, whose port is open to every program of this machine.
 * @throws SyncFailure of kind `invalid-settings`.
 */
export function checkedSettings(change: unknown): Partial<AccountSettings> {
  if (typeof change !== 'object' || change === null) throw new SyncFailure('invalid-settings');
  for (const [name, value] of Object.entries(change)) {
    const check = Object.entries(CHECKS).find(([known]) => known === name)?.[1];
    if (check?.(value) !== true)
      throw new SyncFailure('invalid-settings', { detail: check === undefined ? 'unknown name' : name });
  }
  return change;
}

function isScope(value: unknown): value is DriveScope {
  if (value === 'all' || value === 'none') return true;
  return Array.isArray(value) && value.length > 0 && value.every(isDriveId);
}

function isSpan(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) > 0;
}
