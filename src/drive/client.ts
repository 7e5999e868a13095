import { drive, type drive_v3 } from 'googleapis/build/src/apis/drive';
import { FILE_FIELDS, type JsonObject } from '../model/file';
import type { ListPosition } from '../model/partition';
import type { Credentials } from './auth';
import { classify, toSyncFailure } from './failure';
import { isObject, malformed, type RawBody } from './wire/json';

/** Whose Drive the credentials open. */
export interface DriveUser {
  permissionId: string;
  emailAddress: string | undefined;
}

/** The requests that this product makes to Drive v3. Every failure is a `SyncFailure`; nothing is retried here. */
export interface DriveClient {
  /** https://developers.google.com/workspace/drive/api/reference/rest/v3/about/get */
  user(signal?: AbortSignal): Promise<DriveUser>;
  /** A position in a change log: https://developers.google.com/workspace/drive/api/reference/rest/v3/changes/getStartPageToken */
  startPageToken(driveId: string | undefined, signal?: AbortSignal): Promise<string>;
  /** One page of a flat listing, as bytes: decoding is the writer's work. */
  listFiles(driveId: string | undefined, position: ListPosition, signal?: AbortSignal): Promise<RawBody>;
  /** One file with every field that is kept. */
  getFile(fileId: string, signal?: AbortSignal): Promise<JsonObject>;
}

const LIST_FIELDS = `kind,nextPageToken,incompleteSearch,files(${FILE_FIELDS})`;
/** Hands out the still compressed bytes: parsing here would cost seven times as much CPU on the main thread. */
const AS_BYTES = {
  responseType: 'arraybuffer',
  compress: false,
  headers: { 'accept-encoding': 'gzip' },
} as const;
const REQUEST_TIMEOUT_MS = 60_000;

/** Connects the Google client to `rootUrl` (Google's own if undefined) with its own retries turned off: Temporal retries. */
export function createDriveClient(credentials: Credentials, rootUrl: string | undefined): DriveClient {
  const api = drive({
    version: 'v3',
    auth: credentials.client,
    retry: false,
    timeout: REQUEST_TIMEOUT_MS,
    ...(rootUrl !== undefined && { rootUrl }),
  });

  async function request<T>(send: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    try {
      return await attempt(send, signal).catch(async (error: unknown) => {
        if (classify(error).kind !== 'auth-expired' || !credentials.renew()) throw error;
        return await attempt(send, signal);
      });
    } catch (error) {
      signal?.throwIfAborted();
      throw toSyncFailure(error);
    }
  }

  return {
    async user(signal) {
      const { data } = await request(
        () => api.about.get({ fields: 'user(permissionId,emailAddress)' }, options(signal)),
        signal,
      );
      return toUser(data);
    },
    async startPageToken(driveId, signal) {
      const params = { supportsAllDrives: true, ...(driveId !== undefined && { driveId }) };
      const { data } = await request(() => api.changes.getStartPageToken(params, options(signal)), signal);
      const token: unknown = isObject(data) ? data['startPageToken'] : undefined;
      if (typeof token !== 'string' || token === '') throw malformed('the answer has no start page token');
      return token;
    },
    async listFiles(driveId, position, signal) {
      const raw = { ...options(signal), ...AS_BYTES };
      const { data } = await request<{ data: unknown }>(
        () => api.files.list(listParams(driveId, position), raw),
        signal,
      );
      return toRawBody(data);
    },
    async getFile(fileId, signal) {
      const params = { fileId, fields: FILE_FIELDS, supportsAllDrives: true };
      const { data } = await request(() => api.files.get(params, options(signal)), signal);
      if (!isObject(data) || typeof data['id'] !== 'string') throw malformed('the answer is not a file');
      return data;
    },
  };
}

async function attempt<T>(send: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  // The Google client overlooks a signal that is aborted already.
  signal?.throwIfAborted();
  try {
    return await send();
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/** The parameters of a flat listing; they stay the same for the life of a page token. */
function listParams(
  driveId: string | undefined,
  { q, orderBy, pageToken }: ListPosition,
): drive_v3.Params$Resource$Files$List {
  return {
    ...(driveId === undefined ? { corpora: 'user' } : { corpora: 'drive', driveId }),
    includeItemsFromAllDrives: true,
    supportsAllDrives: true,
    spaces: 'drive',
    // Google's default white space adds a third to what has to be decompressed and parsed.
    prettyPrint: false,
    q,
    orderBy,
    pageSize: 1000,
    fields: LIST_FIELDS,
    ...(pageToken !== undefined && { pageToken }),
  };
}

function options(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

/** In raw mode the client hands out an ArrayBuffer where it says that it does; a proxy's odd answer may be text. */
function toRawBody(data: unknown): RawBody {
  if (data instanceof Uint8Array) return withEncoding(data);
  if (Object.prototype.toString.call(data) === '[object ArrayBuffer]')
    return withEncoding(new Uint8Array(data as ArrayBuffer));
  if (typeof data === 'string') return { bytes: Buffer.from(data), gzip: false };
  throw malformed('the answer has no body');
}

function withEncoding(bytes: Uint8Array): RawBody {
  return { bytes, gzip: bytes[0] === 0x1f && bytes[1] === 0x8b };
}

function toUser(data: unknown): DriveUser {
  const user = isObject(data) ? data['user'] : undefined;
  if (!isObject(user) || typeof user['permissionId'] !== 'string' || user['permissionId'] === '') {
    throw malformed('the answer does not say whose Drive it is');
  }
  const { permissionId, emailAddress } = user;
  return { permissionId, emailAddress: typeof emailAddress === 'string' ? emailAddress : undefined };
}
