import { drive, type drive_v3 } from 'googleapis/build/src/apis/drive';
import type { SharedDrive } from '../model/change';
import { FAILURES, SyncFailure } from '../model/failure';
import type { JsonObject } from '../model/values';
import type { ListPosition } from '../model/partition';
import type { DriveUser, StorageQuota } from '../model/drive-user';
import type { Credentials } from './auth/credentials';
import { DEFAULT_LIMITS } from './exchange';
import { UNITS, type Limiter } from './limiter';
import { createMediaClient, type MediaClient } from './media';
import {
  changeParams,
  driveParams,
  fileParams,
  listParams,
  startTokenParams,
  USER_FIELDS,
  type LogPosition,
} from './parameters';
import { textSearchParams, toTextSearchResult, type TextSearch, type TextSearchResult } from './text-search';
import { Requests, type ClientLimits, type SendOptions, type Sent } from './requests';
import { decodeDriveList } from './wire/drive-list';
import { isObject, malformed, wellFormed, withEncoding, type PageBody } from './wire/json';

/** How long a request may take, in ms; undefined: the client's usual limit. */
interface Limited {
  limitMs?: number | undefined;
}

/** The requests to Drive v3. Every failure is a `SyncFailure`; nothing is retried here. */
export interface DriveClient {
  /** https://developers.google.com/workspace/drive/api/reference/rest/v3/about/get */
  user(signal?: AbortSignal): Promise<DriveUser>;
  /**
   * Mints a token for the present end of a change log.
   * https://developers.google.com/workspace/drive/api/reference/rest/v3/changes/getStartPageToken
   */
  startPageToken(driveId: string | undefined, signal?: AbortSignal): Promise<string>;
  /** One page of a listing, as bytes: the writer decodes it. */
  listFiles(
    driveId: string | undefined,
    position: ListPosition & Limited,
    signal?: AbortSignal,
  ): Promise<PageBody>;
  /**
   * One page of a change log, as bytes.
   * https://developers.google.com/workspace/drive/api/reference/rest/v3/changes/list
   */
  listChanges(
    driveId: string | undefined,
    position: LogPosition & Limited,
    signal?: AbortSignal,
  ): Promise<PageBody>;
  /** One file with every stored field. `resourceKey`: the key that a file shared by link may require. */
  getFile(fileId: string, resourceKey?: string, signal?: AbortSignal): Promise<JsonObject>;
  /**
   * The files whose contents, names or descriptions Google finds: one page, the best first.
   * https://developers.google.com/workspace/drive/api/guides/search-files
   */
  searchText(search: TextSearch, signal?: AbortSignal): Promise<TextSearchResult>;
  /** The root folder of My Drive, which no listing shows; undefined if Drive does not name it. */
  rootId(signal?: AbortSignal): Promise<string | undefined>;
  /**
   * All shared drives of which the user is a member.
   * https://developers.google.com/workspace/drive/api/reference/rest/v3/drives/list
   */
  sharedDrives(signal?: AbortSignal): Promise<SharedDrive[]>;
  /** The same client for background requests, which wait while others do. It counts its units separately. */
  inBackground(): DriveClient;
  /** The requests for contents, which wait while all others do. They count their units separately. */
  media(): MediaClient;
  /** The quota units that this client's requests have spent since the last call. */
  takeUnits(): number;
  /** Drive's clock, in ms since 1970. Before the first response: this machine's, which may be wrong. */
  serverTime(): number;
}

/** More pages than any domain has: a longer listing loops. */
const MOST_DRIVE_PAGES = 10_000;
const CLIENT_LIMITS: ClientLimits = { ...DEFAULT_LIMITS, secondTryMs: 1_000 };

/**
 * Connects the Google client to `rootUrl` (Google's own if undefined). `limits`: those of requests that name
 * no others.
 */
export function createDriveClient(
  credentials: Credentials,
  rootUrl: string | undefined,
  limiter: Limiter,
  limits: ClientLimits = CLIENT_LIMITS,
): DriveClient {
  const api = drive({
    version: 'v3',
    auth: credentials.client,
    retry: false,
    ...(rootUrl !== undefined && { rootUrl }),
  });
  return new GoogleDrive(api, Requests.open(credentials, limiter, limits));
}

class GoogleDrive implements DriveClient {
  readonly #api: drive_v3.Drive;
  readonly #requests: Requests;

  constructor(api: drive_v3.Drive, requests: Requests) {
    this.#api = api;
    this.#requests = requests;
  }

  async user(signal?: AbortSignal): Promise<DriveUser> {
    const { answer } = await this.#requests.send({ units: UNITS.read, signal }, (options) =>
      this.#api.about.get({ fields: USER_FIELDS }, options),
    );
    return toUser(answer.data);
  }

  async startPageToken(driveId: string | undefined, signal?: AbortSignal): Promise<string> {
    const { answer } = await this.#requests.send({ units: UNITS.read, driveId, signal }, (options) =>
      this.#api.changes.getStartPageToken(startTokenParams(driveId), options),
    );
    const data: unknown = answer.data;
    const token: unknown = isObject(data) ? data['startPageToken'] : undefined;
    if (typeof token !== 'string' || token === '') throw malformed('the answer has no start page token');
    return token;
  }

  async listFiles(
    driveId: string | undefined,
    { limitMs, ...position }: ListPosition & Limited,
    signal?: AbortSignal,
  ): Promise<PageBody> {
    // If a folder is listed, a 404 may mean the folder; otherwise it means the drive.
    const corpus = position.folderId === undefined ? driveId : undefined;
    const sent = await this.#requests.send(
      { units: UNITS.list, driveId: corpus, signal, limitMs },
      (options): Promise<RawAnswer> => this.#api.files.list(listParams(driveId, position), asBytes(options)),
    );
    return toPage(sent);
  }

  async listChanges(
    driveId: string | undefined,
    { limitMs, ...position }: LogPosition & Limited,
    signal?: AbortSignal,
  ): Promise<PageBody> {
    const sent = await this.#requests.send(
      { units: UNITS.list, driveId, signal, limitMs },
      (options): Promise<RawAnswer> =>
        this.#api.changes.list(changeParams(driveId, position), asBytes(options)),
    );
    return toPage(sent);
  }

  async getFile(fileId: string, resourceKey?: string, signal?: AbortSignal): Promise<JsonObject> {
    const headers =
      resourceKey === undefined ? {} : { 'x-goog-drive-resource-keys': `${fileId}/${resourceKey}` };
    const { answer } = await this.#requests.send({ units: UNITS.read, signal }, (options) =>
      this.#api.files.get(fileParams(fileId), { ...options, headers }),
    );
    const data: unknown = answer.data;
    if (!isObject(data) || typeof data['id'] !== 'string') throw malformed('the answer is not a file');
    return wellFormed(data);
  }

  async searchText(search: TextSearch, signal?: AbortSignal): Promise<TextSearchResult> {
    const { answer } = await this.#requests.send({ units: UNITS.list, signal }, (options) =>
      this.#api.files.list(textSearchParams(search), options),
    );
    return toTextSearchResult(answer.data);
  }

  async rootId(signal?: AbortSignal): Promise<string | undefined> {
    try {
      const { answer } = await this.#requests.send({ units: UNITS.read, signal }, (options) =>
        this.#api.files.get({ fileId: 'root', fields: 'id' }, options),
      );
      const data: unknown = answer.data;
      return isObject(data) && typeof data['id'] === 'string' ? data['id'] : undefined;
    } catch (error) {
      // The account has no My Drive, or the login has no access to it. The root is optional, so no work waits
      // for it.
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
      const { answer } = await this.#requests.send({ units: UNITS.list, signal }, (options) =>
        this.#api.drives.list(params, options),
      );
      const { drives: found, nextPageToken } = decodeDriveList(answer.data);
      drives.push(...found);
      if (nextPageToken === undefined) return drives;
      if (nextPageToken === pageToken) break;
      pageToken = nextPageToken;
    }
    throw malformed('the list of shared drives loops');
  }

  inBackground(): DriveClient {
    return new GoogleDrive(this.#api, this.#requests.withPriority('background'));
  }

  media(): MediaClient {
    return createMediaClient(this.#api, this.#requests.withPriority('content'));
  }

  takeUnits(): number {
    return this.#requests.takeUnits();
  }

  serverTime(): number {
    return this.#requests.serverTime;
  }
}

/** An undecoded body, and its headers. */
interface RawAnswer {
  data: unknown;
  headers: unknown;
}

/** Leaves the body undecoded: parsing it on the main thread would take seven times as much CPU there. */
function asBytes(options: SendOptions) {
  return { ...options, responseType: 'arraybuffer' } as const;
}

function toPage({ answer: { data }, sentAt }: Sent<RawAnswer>): PageBody {
  if (data instanceof Uint8Array && data.length > 0) return { ...withEncoding(data), sentAt };
  throw malformed('the answer has no body');
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
