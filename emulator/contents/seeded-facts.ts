import type { FileSource } from '../corpus/corpus';
import { FOLDER, SHORTCUT, type DriveFile } from '../drive/drive-file';
import { factsOf, type ContentFacts } from './content';
import { revisionOf, seededBytes, type Seeded } from './seeded';

const MOST_FACTS = 10_000;

/** Checksums and sizes of generated contents. They are computed when they are needed; the latest are kept. */
export class SeededFacts {
  readonly #known = new Map<string, ContentFacts | undefined>();

  /** Undefined for a type without generated content. */
  of(file: Seeded): ContentFacts | undefined {
    const key = `${file.id} ${file.revision} ${file.mimeType}`;
    if (this.#known.has(key)) return this.#known.get(key);
    const bytes = seededBytes(file);
    const facts = bytes === undefined ? undefined : factsOf(bytes);
    if (this.#known.size >= MOST_FACTS) this.#known.clear();
    this.#known.set(key, facts);
    return facts;
  }
}

const FIELDS = ['md5Checksum', 'sha1Checksum', 'sha256Checksum', 'size', 'quotaBytesUsed'] as const;

/** A source whose files have the checksums and sizes of their generated contents. */
export function withSeededFacts(source: FileSource, facts: SeededFacts): FileSource {
  const { readers } = source;
  const read = (slot: number): ContentFacts | undefined => {
    const mimeType = readers.mimeType(slot) ?? '';
    // Docs editors files have no checksums, and neither have some odd files.
    if (readers.md5Checksum(slot) === undefined) return undefined;
    const revision = revisionOf({ headRevisionId: readers.headRevisionId(slot) });
    return facts.of({ id: readers.id(slot) ?? '', mimeType, revision });
  };
  return {
    ...source,
    readers: {
      ...readers,
      md5Checksum: (slot) => read(slot)?.md5Checksum ?? readers.md5Checksum(slot),
      sha1Checksum: (slot) => read(slot)?.sha1Checksum ?? readers.sha1Checksum(slot),
      sha256Checksum: (slot) => read(slot)?.sha256Checksum ?? readers.sha256Checksum(slot),
      size: (slot) => read(slot)?.size ?? readers.size(slot),
      quotaBytesUsed: (slot) => read(slot)?.size ?? readers.quotaBytesUsed(slot),
    },
  };
}

/** A copy of a file that computes the checksums and the size of its generated content on first use. */
export function withLazyFacts(file: DriveFile, facts: SeededFacts): DriveFile {
  const { id, mimeType, headRevisionId } = file;
  if (headRevisionId === undefined || file.md5Checksum === undefined) return file;
  if (mimeType === FOLDER || mimeType === SHORTCUT) return file;
  const copy = { ...file };
  for (const field of FIELDS) {
    const before = file[field];
    const get = (): string | undefined => {
      const own = facts.of({ id, mimeType, revision: headRevisionId });
      return own?.[field === 'quotaBytesUsed' ? 'size' : field] ?? before;
    };
    Object.defineProperty(copy, field, { get, enumerable: true, configurable: true });
  }
  return copy;
}
