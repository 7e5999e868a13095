import { ApiError, type Account, type DriveFile } from '../../emulator';

export type Params = Record<string, string>;

export interface Change {
  kind: string;
  changeType: string;
  time: string;
  removed: boolean;
  fileId?: string;
  file?: DriveFile;
  driveId?: string;
  drive?: { id: string; name: string };
}

export interface ChangePage {
  kind: string;
  changes: Change[];
  nextPageToken?: string;
  newStartPageToken?: string;
}

/** Says that the client knows shared drives. */
export const WITH_DRIVES: Params = { supportsAllDrives: 'true', includeItemsFromAllDrives: 'true' };

/** The parameters of a log or a listing: the user's own, or that of a shared drive. */
export function sourceParams(driveId?: string): Params {
  return { ...WITH_DRIVES, ...(driveId !== undefined && { driveId }) };
}

/** The end of a log. */
export function startToken(account: Account, driveId?: string): string {
  const params: Params = { supportsAllDrives: 'true', ...(driveId !== undefined && { driveId }) };
  const answer = account.request('changes.getStartPageToken', params) as { startPageToken: string };
  return answer.startPageToken;
}

/** One page of a log with all fields. */
export function changePage(account: Account, pageToken: string, params: Params = {}): ChangePage {
  return account.request('changes.list', { fields: '*', ...params, pageToken }) as ChangePage;
}

/** Everything in a log from a token on, and the token of its end. */
export function drain(
  account: Account,
  token: string,
  params: Params = {},
): { changes: Change[]; token: string } {
  const changes: Change[] = [];
  for (let pageToken = token; ;) {
    const page = changePage(account, pageToken, params);
    changes.push(...page.changes);
    if (page.newStartPageToken !== undefined) return { changes, token: page.newStartPageToken };
    if (page.nextPageToken === undefined || page.nextPageToken === pageToken)
      throw new Error('a page of changes that leads nowhere');
    pageToken = page.nextPageToken;
  }
}

/** All pages of a listing. */
export function listed(account: Account, params: Params = {}): DriveFile[] {
  const files: DriveFile[] = [];
  let pageToken = '';
  do {
    const query = { fields: '*', pageSize: '1000', ...params, pageToken };
    const page = account.request('files.list', query) as { files: DriveFile[]; nextPageToken?: string };
    files.push(...page.files);
    pageToken = page.nextPageToken ?? '';
  } while (pageToken !== '');
  return files;
}

/** All items of a shared drive. */
export function driveItems(account: Account, driveId: string): DriveFile[] {
  return listed(account, { ...sourceParams(driveId), corpora: 'drive' });
}

/** What lies in a folder, as a walk sees it. */
export function childrenOf(account: Account, folderId: string): DriveFile[] {
  return listed(account, { ...WITH_DRIVES, q: `'${folderId}' in parents` });
}

/** A single file with all fields; undefined if it is not found. */
export function getFile(account: Account, id: string): DriveFile | undefined {
  try {
    return account.request('files.get', { fields: '*', supportsAllDrives: 'true' }, id) as DriveFile;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

/** How a request is refused: its status and the one error in the envelope. */
export function refusal(act: () => unknown): Record<string, unknown> {
  try {
    act();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { error: envelope } = error.body as { error: { errors: object[]; code: number } };
    return { status: envelope.code, ...envelope.errors[0] };
  }
  throw new Error('the request was not refused');
}

/** Ids in an order that can be compared. */
export function idsOf(files: Iterable<{ id: string }>): string[] {
  return Array.from(files, ({ id }) => id).toSorted();
}

/** Fractions that are the same for the same seed. */
export function fractions(seed: number): () => number {
  let state = (seed % 2_147_483_646) + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
