import { drive, type drive_v3 } from 'googleapis/build/src/apis/drive';
import type { SharedDrive } from '../model/change';
import { FAILURES, SyncFailure } from '../model/failure';
import type { JsonObject } from '../model/file';
import type { ListPosition } from '../model/partition';
import type { DriveUser, StorageQuota } from '../model/drive-user';
import type { Credentials } from './auth/credentials';
import { UNITS, type Limiter } from './limiter';
import {
  changeParams,
  driveParams,
  fileParams,
  listParams,
  startTokenParams,
  USER_FIELDS,
} from './parameters';
import { Requests } from './requests';
import { decodeDriveList } from './wire/drive-list';
import { isObject, malformed, wellFormed, type RawBody } from './wire/json';

/** The requests that this product makes to Drive v3. Every failure is a `SyncFailure`; nothing is retried here. */
export interface DriveClient {
  /** https://developers.google.com/workspace/drive/api/reference/rest/v3/about/get */
  user(signal?: AbortSignal): Promise<DriveUser>;
  /** A position in a change log: https://developers.google.com/workspace/drive/api/reference/rest/v3/changes/getStartPageToken */
  startPageToken(driveId: string | undefined, signal?: AbortSignal): Promise<string>;
  /** One page of a listing, as bytes: decoding is the writer's work. */
  listFiles(driveId: string | undefined, position: ListPosition, signal?: AbortSignal): Promise<RawBody>;
  /** One page of a change log, as bytes: https://developers.google.com/workspace/drive/api/reference/rest/v3/changes/list */
  listChanges(driveId: string | undefined, token: string, signal?: AbortSignal): Promise<RawBody>;
  /** One file with every field that is kept. `resourceKey`: the key that link-shared files may ask for. */
  getFile(fileId: string, resourceKey?: string, signal?: AbortSignal): Promise<JsonObject>;
  /** The top folder of My Drive, which no listing shows; undefined where Drive does not say. */
  rootId(signal?: AbortSignal): Promise<string | undefined>;
  /** Every shared drive that the user is a member of: https://developers.google.com/workspace/drive/api/reference/rest/v3/drives/list */
  sharedDrives(signal?: AbortSignal): Promise<SharedDrive[]>;
  /** The quota units that were spent since this was last asked. */
  takeUnits(): number;
  /** Drive's own clock, in ms since 1970, as far as an answer has told it: this machine's may be wrong. */
  serverTime(): number;
}

/** More pages than any domain has: a listing that goes on for ever runs in a circle. */
const MOST_DRIVE_PAGES = 10_000;
const REQUEST_TIMEOUT_MS = 60_000;

/** Connects the Google client to `rootUrl` (Google's own if undefined) with its own retries turned off: Temporal retries. */
export function createDriveClient(
  credentials: Credentials,
  rootUrl: string | undefined,
  limiter: Limiter,
): DriveClient {
  const api = drive({
    version: 'v3',
    auth: credentials.client,
    retry: false,
    timeout: REQUEST_TIMEOUT_MS,
    ...(rootUrl !== undefined && { rootUrl }),
  });
  return new GoogleDrive(api, new Requests(credentials, limiter));
}

/** A body as it came, and the headers around it. */
interface RawAnswer {
  data: unknown;
  headers: unknown;
}

class GoogleDrive implements DriveClient {
  readonly #api: drive_v3.Drive;
  readonly #requests: Requests;

  constructor(api: drive_v3.Drive, requests: Requests) {
    this.#api = api;
    this.#requests = requests;
  }

  async user(signal?: AbortSignal): Promise<DriveUser> {
    const ask = () => this.#api.about.get({ fields: USER_FIELDS }, options(signal));
    const { data } = await this.#requests.send(UNITS.read, ask, signal);
    return toUser(data);
  }

  async startPageToken(driveId: string | undefined, signal?: AbortSignal): Promise<string> {
    const ask = () => this.#api.changes.getStartPageToken(startTokenParams(driveId), options(signal));
    const { data } = await this.#requests.sendIn(driveId, UNITS.read, ask, signal);
    const token: unknown = isObject(data) ? data['startPageToken'] : undefined;
    if (typeof token !== 'string' || token === '') throw malformed('the answer has no start page token');
    return token;
  }

  async listFiles(
    driveId: string | undefined,
    position: ListPosition,
    signal?: AbortSignal,
  ): Promise<RawBody> {
    // A listing below a folder can miss the folder; a flat one only the drive.
    const corpus = position.folderId === undefined ? driveId : undefined;
    const ask = (): Promise<RawAnswer> =>
      this.#api.files.list(listParams(driveId, position), asBytes(signal));
    return toRawBody((await this.#requests.sendIn(corpus, UNITS.list, ask, signal)).data);
  }

  async listChanges(driveId: string | undefined, token: string, signal?: AbortSignal): Promise<RawBody> {
    const ask = (): Promise<RawAnswer> =>
      this.#api.changes.list(changeParams(driveId, token), asBytes(signal));
    return toRawBody((await this.#requests.sendIn(driveId, UNITS.list, ask, signal)).data);
  }

  async getFile(fileId: string, resourceKey?: string, signal?: AbortSignal): Promise<JsonObject> {
    const headers =
      resourceKey === undefined ? {} : { 'x-goog-drive-resource-keys': `${fileId}/${resourceKey}` };
    const ask = () => this.#api.files.get(fileParams(fileId), { ...options(signal), headers });
    const { data } = await this.#requests.send(UNITS.read, ask, signal);
    if (!isObject(data) || typeof data['id'] !== 'string') throw malformed('the answer is not a file');
    return wellFormed(data);
  }

  async rootId(signal?: AbortSignal): Promise<string | undefined> {
    const ask = () => this.#api.files.get({ fileId: 'root', fields: 'id' }, options(signal));
    try {
      const { data } = await this.#requests.send(UNITS.read, ask, signal);
      return isObject(data) && typeof data['id'] === 'string' ? data['id'] : undefined;
    } catch (error) {
      // An account without My Drive, or a login without a right to it; no work is to wait for what is only good to know.
      const { retry } = error instanceof SyncFailure ? FAILURES[error.kind] : {};
      if (retry === 'fail' || retry === 'count') return undefined;
      throw error;
    }
  }

  async sharedDrives(signal?: AbortSignal): Promise<SharedDrive[]> {
    const drives: SharedDrive[] = [];
    let pageToken: string | undefined;
    for (let page = 0; page < MOST_DRIVE_PAGES; page++) {
      const params = driveParams(pageToken);
      const ask = () => this.#api.drives.list(params, options(signal));
      const { drives: found, nextPageToken } = decodeDriveList(
        (await this.#requests.send(UNITS.list, ask, signal)).data,
      );
      drives.push(...found);
      if (nextPageToken === undefined) return drives;
      if (nextPageToken === pageToken) break;
      pageToken = nextPageToken;
    }
    throw malformed('the list of shared drives runs in a circle');
  }

  takeUnits(): number {
    return this.#requests.takeUnits();
  }

  serverTime(): number {
    return this.#requests.serverTime;
  }
}

/** Hands out the still compressed bytes: parsing here would cost seven times as much CPU on the main thread. */
function asBytes(signal: AbortSignal | undefined) {
  return {
    ...options(signal),
    responseType: 'arraybuffer',
    compress: false,
    headers: { 'accept-encoding': 'gzip' },
  } as const;
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
  return {
    permissionId,
    emailAddress: typeof emailAddress === 'string' ? emailAddress : undefined,
    storage: toStorage(isObject(data) ? data['storageQuota'] : undefined),
  };
}

function toStorage(quota: unknown): StorageQuota {
  const bytes = (field: string): number | undefined => {
    const value = isObject(quota) ? quota[field] : undefined;
    return typeof value === 'string' && /^\d{1,18}$/.test(value) ? Number(value) : undefined;
  };
  return {
    limit: bytes('limit'),
    usage: bytes('usage'),
    usageInDrive: bytes('usageInDrive'),
    usageInTrash: bytes('usageInDriveTrash'),
  };
}
