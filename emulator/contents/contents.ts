import { statSync } from 'node:fs';
import type { Corpus, LocalFile } from '../corpus/corpus';
import type { DriveFile } from '../drive/drive-file';
import { bytesContent, fileContent, type Content } from './content';
import type { EditorDocument } from './document';
import { revisionOf, seededBytes, seededDocument, type Seeded } from './seeded';
import { withLazyFacts, type SeededFacts } from './seeded-facts';

/** The contents of the files of a Drive: set by a test, read from a local folder, or generated. */
export class Contents {
  readonly #corpus: Corpus;
  /** Undefined if files without set contents have none. */
  readonly #seeded: SeededFacts | undefined;
  /** The known revisions of each file; undefined for one that Drive does not keep. */
  readonly #revisions = new Map<number, Map<string, Content | undefined>>();
  readonly #documents = new Map<number, { revision: string; document: EditorDocument }>();

  constructor(corpus: Corpus, seeded: SeededFacts | undefined) {
    this.#corpus = corpus;
    this.#seeded = seeded;
  }

  /** The content of the head revision of a file; undefined if the emulator has none that fits the checksums. */
  blob(slot: number): Content | undefined {
    const { headRevisionId } = this.#nameOf(slot);
    if (headRevisionId === undefined) return undefined;
    return (
      this.#revisions.get(slot)?.get(headRevisionId) ??
      this.#local(slot, headRevisionId) ??
      this.#generated(slot, headRevisionId)
    );
  }

  /** The content of a revision: `dropped` if Drive did not keep it, undefined if there was none. */
  revision(slot: number, revisionId: string): Content | 'dropped' | undefined {
    const known = this.#revisions.get(slot);
    if (this.#nameOf(slot).headRevisionId === revisionId) return this.blob(slot);
    return known?.has(revisionId) === true ? (known.get(revisionId) ?? 'dropped') : undefined;
  }

  /** True if the revision is or was a revision of the file. */
  hasRevision(slot: number, revisionId: string): boolean {
    const isHead = this.#nameOf(slot).headRevisionId === revisionId;
    return isHead || this.#revisions.get(slot)?.has(revisionId) === true;
  }

  /** The document in a Docs editors file. */
  document(slot: number): EditorDocument | undefined {
    const file = this.#seed(slot, revisionOf(this.#nameOf(slot)));
    const own = this.#documents.get(slot);
    if (own?.revision === file.revision) return own.document;
    return this.#seeded === undefined ? undefined : seededDocument(file);
  }

  /** Sets the content of a revision. */
  setBlob(slot: number, revisionId: string, bytes: Uint8Array): void {
    this.#known(slot).set(revisionId, bytesContent(bytes));
  }

  /** Sets the document of the current revision of a Docs editors file. */
  setDocument(slot: number, document: EditorDocument): void {
    this.#documents.set(slot, { revision: revisionOf(this.#nameOf(slot)), document });
  }

  /** Prepares a new revision of a file: the current one remains readable if it is kept. */
  supersede(slot: number, isKept: boolean): void {
    const { headRevisionId } = this.#nameOf(slot);
    if (headRevisionId === undefined) return;
    this.#known(slot).set(headRevisionId, isKept ? this.blob(slot) : undefined);
  }

  /** A copy of a new or edited file with true checksums, if contents are generated. */
  checked(file: DriveFile): DriveFile {
    return this.#seeded === undefined ? file : withLazyFacts(file, this.#seeded);
  }

  #known(slot: number): Map<string, Content | undefined> {
    const known = this.#revisions.get(slot) ?? new Map<string, Content | undefined>();
    this.#revisions.set(slot, known);
    return known;
  }

  #nameOf(slot: number): { headRevisionId: string | undefined; modifiedTime: string | undefined } {
    const { readers } = this.#corpus;
    return { headRevisionId: readers.headRevisionId(slot), modifiedTime: readers.modifiedTime(slot) };
  }

  #seed(slot: number, revision: string): Seeded {
    const { readers } = this.#corpus;
    return { id: readers.id(slot) ?? '', mimeType: readers.mimeType(slot) ?? '', revision };
  }

  #local(slot: number, revisionId: string): Content | undefined {
    const file = this.#corpus.localFile(slot);
    if (file === undefined || file.revisionId !== revisionId || !isUnchanged(file)) return undefined;
    return fileContent(file.path, file.size);
  }

  /** A body with other checksums than the listing's would be a lie. */
  #generated(slot: number, revisionId: string): Content | undefined {
    const { readers } = this.#corpus;
    const seed = this.#seed(slot, revisionId);
    const facts = this.#seeded?.of(seed);
    if (facts === undefined || readers.md5Checksum(slot) !== facts.md5Checksum) return undefined;
    if (readers.size(slot) !== facts.size) return undefined;
    const bytes = seededBytes(seed);
    return bytes === undefined ? undefined : bytesContent(bytes);
  }
}

/** False if somebody changed the local file after the corpus was loaded. */
function isUnchanged({ path, size, modifiedMs }: LocalFile): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && stats.size === size && stats.mtimeMs === modifiedMs;
}
