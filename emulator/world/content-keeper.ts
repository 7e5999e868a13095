import { createHash } from 'node:crypto';
import { factsOf } from '../contents/content';
import type { EditorDocument } from '../contents/document';
import { FOLDER, SHORTCUT, type DriveFile } from '../drive/drive-file';
import type { Ledger } from './ledger';
import { contentOf } from './new-file';

/** How a content is uploaded. */
export interface UploadOptions {
  /** Keeps the previous revision, as `keepForever` does. Otherwise it can no longer be read. */
  keepPrevious?: boolean;
  /** The checksum that listings show instead of the true one. */
  md5Checksum?: string;
}

const EDITOR = 'application/vnd.google-apps.';

/** Changes the contents of files. */
export class ContentKeeper {
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** Changes the content of a file to one that is generated, or unknown. */
  edit(id: string): void {
    const { contents } = this.#ledger.drive;
    const slot = this.#ledger.slotOf(id);
    contents.supersede(slot, false);
    const { time } = this.#ledger;
    this.#ledger.update(slot, (file) =>
      contents.checked({
        ...file,
        ...this.#edited(time),
        ...contentOf(id, file.mimeType, `${file.version} ${time}`),
      }),
    );
  }

  /** Uploads the content of a blob. */
  upload(id: string, bytes: Uint8Array, { keepPrevious = false, md5Checksum }: UploadOptions): void {
    const slot = this.#ledger.slotOf(id);
    const { contents, corpus } = this.#ledger.drive;
    const { mimeType, version } = corpus.fields(slot);
    if (mimeType.startsWith(EDITOR)) throw new Error(`${id} is not a blob`);
    contents.supersede(slot, keepPrevious);
    const { time } = this.#ledger;
    const digest = createHash('sha256').update(`${id} ${version} ${time} upload`).digest();
    const headRevisionId = `0B${digest.toString('base64url')}`;
    contents.setBlob(slot, headRevisionId, bytes);
    const facts = factsOf(bytes);
    this.#ledger.update(slot, (file) => ({
      ...file,
      ...this.#edited(time),
      ...facts,
      ...(md5Checksum !== undefined && { md5Checksum }),
      quotaBytesUsed: facts.size,
      headRevisionId,
    }));
  }

  /** Replaces the document in a Docs editors file. */
  write(id: string, document: EditorDocument): void {
    const slot = this.#ledger.slotOf(id);
    const { contents, corpus } = this.#ledger.drive;
    const { mimeType } = corpus.fields(slot);
    if (!mimeType.startsWith(EDITOR) || mimeType === FOLDER || mimeType === SHORTCUT)
      throw new Error(`${id} is not a Docs editors file`);
    const { time } = this.#ledger;
    this.#ledger.update(slot, (file) => ({ ...file, ...this.#edited(time) }));
    contents.setDocument(slot, document);
  }

  /** The bytes of a blob; undefined if the emulator has none. */
  bytes(id: string): Uint8Array | undefined {
    const content = this.#ledger.drive.contents.blob(this.#ledger.slotOf(id));
    return content?.read(0, content.size);
  }

  /** The document in a Docs editors file; undefined if the emulator has none. */
  document(id: string): EditorDocument | undefined {
    return this.#ledger.drive.contents.document(this.#ledger.slotOf(id));
  }

  #edited(time: string): Partial<DriveFile> {
    return {
      modifiedTime: time,
      modifiedByMe: true,
      modifiedByMeTime: time,
      lastModifyingUser: this.#ledger.drive.user,
    };
  }
}
