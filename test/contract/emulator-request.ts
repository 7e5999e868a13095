import type { DriveFile, Emulator } from '../../emulator';

/** An answer as a plain HTTP client sees it. */
export interface Answered {
  status: number;
  headers: Headers;
  text: string;
  /** The parsed body; undefined if it is not JSON. */
  body: unknown;
}

export type Query = Record<string, string>;

/** Asks the emulator with the token that it accepts by default; `headers` replace the authorization. */
export async function ask(
  emulator: Emulator,
  path: string,
  query: Query = {},
  headers: Record<string, string> = { authorization: 'Bearer emulator-token' },
): Promise<Answered> {
  const response = await fetch(`${emulator.url}${path}?${new URLSearchParams(query).toString()}`, {
    headers,
  });
  const text = await response.text();
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined;
  }
  return { status: response.status, headers: response.headers, text, body };
}

export interface Page {
  files: Partial<DriveFile>[];
  nextPageToken?: string;
  incompleteSearch?: boolean;
  kind?: string;
}

/** One page of a listing; anything but a good answer fails the test. */
export async function listPage(emulator: Emulator, query: Query): Promise<Page> {
  const { status, body, text } = await ask(emulator, 'drive/v3/files', query);
  if (status !== 200) throw new Error(`status ${String(status)}: ${text}`);
  return body as Page;
}

/** All pages of a listing, one after the other. */
export async function listPages(emulator: Emulator, query: Query): Promise<Page[]> {
  const pages: Page[] = [];
  let pageToken: string | undefined;
  do {
    const page = await listPage(emulator, { ...query, ...(pageToken !== undefined && { pageToken }) });
    pages.push(page);
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
  return pages;
}

/** All files of a listing. */
export async function listAll(emulator: Emulator, query: Query): Promise<Partial<DriveFile>[]> {
  return (await listPages(emulator, query)).flatMap(({ files }) => files);
}

/** The one error in Drive's envelope. */
export function errorOf({ status, body }: Answered): Record<string, unknown> {
  const { error } = body as { error: { code: number; message: string; status?: string; errors: object[] } };
  if (error.code !== status || error.errors.length !== 1)
    throw new Error(`not Drive's envelope: ${JSON.stringify(error)}`);
  return { status, ...error.errors[0], ...(error.status !== undefined && { rpc: error.status }) };
}
