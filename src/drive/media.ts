import { createHash } from 'node:crypto';
import type { drive_v3 } from 'googleapis/build/src/apis/drive';
import { SyncFailure } from '../model/failure';
import type { MediaRefusal } from '../model/media';
import { header } from './headers';
import { UNITS } from './limiter';
import type { BodySink } from './pour';
import type { Requests, SendOptions } from './requests';

/** Where a content goes. */
export interface MediaTarget {
  /** Writes bytes at an offset. */
  write(bytes: Uint8Array, at: number): Promise<void>;
}

/** A content to fetch. `most`: the most bytes to take. */
export interface MediaRequest {
  fileId: string;
  /** The key that a file shared by link may require. */
  resourceKey: string | undefined;
  most: number;
  target: MediaTarget;
}

/** How a fetch ended. */
export type MediaResult = { ok: true; size: number } | { ok: false; reason: MediaRefusal };

/** The requests for contents. Failures that do not concern the file alone are `SyncFailure`s. */
export interface MediaClient {
  /**
   * Downloads a file as it is and verifies its checksum.
   * https://developers.google.com/workspace/drive/api/guides/manage-downloads
   */
  download(
    request: MediaRequest & { md5: string | undefined; size: number | undefined },
    signal?: AbortSignal,
  ): Promise<MediaResult>;
  /**
   * Exports one of Google's own documents.
   * https://developers.google.com/workspace/drive/api/reference/rest/v3/files/export
   */
  exportAs(request: MediaRequest & { mimeType: string }, signal?: AbortSignal): Promise<MediaResult>;
  /** The quota units that these requests have spent since the last call. */
  takeUnits(): number;
}

/** A download of more bytes than this goes on where it broke off; a smaller one starts again. */
const RESUMED_BYTES = 8_000_000;
const MOST_TRIES = 4;

/**
 * Refusals that concern the file alone, by Google's reason. Some are in no documentation, and all were seen:
 * https://developers.google.com/workspace/drive/api/guides/handle-errors
 */
const REFUSALS: ReadonlyMap<string, MediaRefusal> = new Map([
  ['cannotDownloadFile', 'forbidden'],
  ['cannotExportFile', 'forbidden'],
  ['insufficientFilePermissions', 'forbidden'],
  ['appNotAuthorizedToFile', 'forbidden'],
  ['download_restricted_for_revision', 'forbidden'],
  ['downloadRestrictedForRevision', 'forbidden'],
  ['cannotDownloadAbusiveFile', 'flagged'],
  ['fileNotDownloadable', 'export-unsupported'],
  ['fileNotExportable', 'export-unsupported'],
  ['exportSizeLimitExceeded', 'export-too-large'],
  ['downloadQuotaExceeded', 'download-quota'],
  ['quotaExceeded', 'download-quota'],
]);

/** Creates the requests for contents. */
export function createMediaClient(api: drive_v3.Drive, requests: Requests): MediaClient {
  /** Returns why there is no content; undefined if it has come. */
  async function send(
    sink: Intake,
    ask: (options: SendOptions) => Promise<{ headers: unknown }>,
    signal: AbortSignal | undefined,
  ): Promise<MediaRefusal | undefined> {
    try {
      await requests.send({ units: UNITS.content, signal, sink }, ask);
      return undefined;
    } catch (error) {
      signal?.throwIfAborted();
      return sink.isFull ? 'size' : refusalIn(error);
    }
  }

  return {
    async download({ fileId, resourceKey, target, most, md5, size }, signal) {
      const intake = new Intake(target, most);
      for (let tries = 1; ; tries++) {
        try {
          const headers = headersOf(fileId, resourceKey, intake.length);
          const params = { fileId, alt: 'media', supportsAllDrives: true };
          const refusal = await send(
            intake,
            (options) => api.files.get(params, { ...options, headers, responseType: 'arraybuffer' }),
            signal,
          );
          if (refusal !== undefined) return { ok: false, reason: refusal };
          if (intake.equals(md5, size)) return { ok: true, size: intake.length };
          if (tries > 1) return { ok: false, reason: 'corrupt' };
          intake.restart();
        } catch (error) {
          signal?.throwIfAborted();
          if (tries >= MOST_TRIES || !isBroken(error)) throw error;
          if (intake.length < RESUMED_BYTES) intake.restart();
        }
      }
    },
    async exportAs({ fileId, resourceKey, target, most, mimeType }, signal) {
      const intake = new Intake(target, most);
      const headers = headersOf(fileId, resourceKey, 0);
      const refusal = await send(
        intake,
        (options) =>
          api.files.export({ fileId, mimeType }, { ...options, headers, responseType: 'arraybuffer' }),
        signal,
      );
      return refusal === undefined ? { ok: true, size: intake.length } : { ok: false, reason: refusal };
    },
    takeUnits: () => requests.takeUnits(),
  };
}

function headersOf(fileId: string, resourceKey: string | undefined, from: number): Record<string, string> {
  return {
    ...(resourceKey !== undefined && { 'x-goog-drive-resource-keys': `${fileId}/${resourceKey}` }),
    ...(from > 0 && { range: `bytes=${String(from)}-` }),
  };
}

/** True for an answer that broke off, and may be complete the next time. */
function isBroken(error: unknown): boolean {
  return error instanceof SyncFailure && ['transient', 'too-slow', 'network'].includes(error.kind);
}

/**
 * The refusal that an error stands for.
 * @throws the error as a `SyncFailure` if it may concern more than the file.
 */
function refusalIn(error: unknown): MediaRefusal {
  if (!(error instanceof SyncFailure) || error.kind === 'rate-limited') throw error;
  const known = REFUSALS.get(error.reason ?? '');
  if (known !== undefined) return known;
  if (error.kind === 'not-found') return 'not-found';
  if (error.kind === 'file-forbidden') return 'forbidden';
  throw error;
}

/** Takes a content in, with its checksum. A range that does not go on where it should starts again. */
class Intake implements BodySink {
  readonly #target: MediaTarget;
  readonly #most: number;
  #digest = createHash('md5');
  #md5: string | undefined;
  length = 0;

  constructor(target: MediaTarget, most: number) {
    this.#target = target;
    this.#most = most;
  }

  /** True if there was more to take than allowed. */
  get isFull(): boolean {
    return this.length > this.#most;
  }

  begin({ status, headers }: { status: number; headers: unknown }): void {
    if (this.length === 0) return;
    const range = /^bytes (\d+)-/.exec(header(headers, 'content-range') ?? '');
    if (status !== 206 || Number(range?.[1]) !== this.length) this.restart();
    if (status === 206 && this.length === 0) throw new SyncFailure('transient');
  }

  async write(piece: Uint8Array): Promise<void> {
    if (this.length + piece.byteLength > this.#most) {
      this.length = this.#most + 1;
      throw new FullError();
    }
    this.#digest.update(piece);
    await this.#target.write(piece, this.length);
    this.length += piece.byteLength;
  }

  restart(): void {
    this.#digest = createHash('md5');
    this.#md5 = undefined;
    this.length = 0;
  }

  /** True if this is the content that the metadata names. */
  equals(md5: string | undefined, size: number | undefined): boolean {
    this.#md5 ??= this.#digest.digest('hex');
    return md5 === undefined ? size === undefined || size === this.length : md5 === this.#md5;
  }
}

/** Ends a body that is larger than allowed. */
class FullError extends Error {}
