import type { ExtractionProblem } from './extraction';

/** What has become of a file's text. Each live file that is no folder has exactly one of these states. */
export const CONTENT_STATES = ['done', 'due', 'skipped', 'refused', 'failed', 'needs-ocr'] as const;
export type ContentState = (typeof CONTENT_STATES)[number];

/** Why a file's text is not kept, or not yet. A file that is done, or due now, has no reason. */
export type ContentReason =
  | 'edited'
  | 'retry'
  | 'shortcut'
  | 'trashed'
  | 'type'
  | 'size'
  | 'owner'
  | 'policy'
  | 'no-text'
  | 'forbidden'
  | 'flagged'
  | 'encrypted'
  | 'password'
  | 'export-too-large'
  | 'export-unsupported'
  | 'download-quota'
  | 'changed'
  | 'corrupt'
  | 'not-found'
  | 'server'
  | 'timeout'
  | 'memory'
  | 'crashed'
  | 'malformed'
  | 'unsupported'
  | 'scanned';

interface ReasonFacts {
  /** The state of a file for which this is final. */
  state: ContentState;
  /** For people, after "because". */
  says: string;
}

/** The state and the sentence of each reason. */
export const CONTENT_REASONS: Readonly<Record<ContentReason, ReasonFacts>> = {
  edited: { state: 'due', says: 'it is being edited, and is fetched when it has been quiet for 5 minutes' },
  retry: { state: 'due', says: 'the last try failed, and the next one is due later' },
  shortcut: { state: 'skipped', says: 'it is a shortcut: the text belongs to its target' },
  trashed: { state: 'skipped', says: 'it is in the trash' },
  type: { state: 'skipped', says: 'files of its type have no text that can be read' },
  size: { state: 'skipped', says: 'it is larger than the largest file whose text is kept' },
  owner: { state: 'skipped', says: 'somebody else owns it' },
  policy: { state: 'skipped', says: 'the settings --include and --exclude leave it out' },
  'no-text': { state: 'skipped', says: 'it has no text' },
  forbidden: { state: 'refused', says: 'its owner, its shared drive or a policy does not allow downloads' },
  flagged: { state: 'refused', says: 'Google has flagged it as malware or spam' },
  encrypted: { state: 'refused', says: 'it is encrypted' },
  password: { state: 'refused', says: 'it is protected by a password' },
  'export-too-large': { state: 'failed', says: 'Google exports at most 10 MB of a document' },
  'export-unsupported': { state: 'refused', says: 'Google cannot export it as text' },
  'download-quota': { state: 'failed', says: 'it was downloaded too often today, by anyone' },
  changed: { state: 'failed', says: 'it changed during each download' },
  corrupt: { state: 'failed', says: 'what Google sent does not have the checksum that Google names' },
  'not-found': { state: 'failed', says: 'Google does not find it' },
  server: { state: 'failed', says: 'Google answered each download with an error' },
  timeout: { state: 'failed', says: 'reading its text took too long' },
  memory: { state: 'failed', says: 'reading its text takes too much memory' },
  crashed: { state: 'failed', says: 'the process that reads its text broke' },
  malformed: { state: 'failed', says: 'it is damaged' },
  unsupported: { state: 'skipped', says: 'it is not what its type says, and has no text that can be read' },
  scanned: { state: 'needs-ocr', says: 'its pages are pictures without text' },
};

/** True if `value` is a reason. */
export function isContentReason(value: unknown): value is ContentReason {
  return typeof value === 'string' && Object.hasOwn(CONTENT_REASONS, value);
}

/** What a problem of the extraction means for the file. */
export const REASON_OF_PROBLEM: Readonly<Record<ExtractionProblem, ContentReason>> = {
  encrypted: 'encrypted',
  password: 'password',
  malformed: 'malformed',
  memory: 'memory',
  unsupported: 'unsupported',
  'no-text': 'no-text',
  'needs-ocr': 'scanned',
  timeout: 'timeout',
  crashed: 'crashed',
};
