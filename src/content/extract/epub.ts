import { posix } from 'node:path';
import { ExtractionError } from '../model/extraction';
import { htmlText } from './html';
import { partName } from './packages';
import type { ByteSource } from './source';
import type { TextSink } from './text-sink';
import { decoderOf, readXml } from './xml';
import { zipOf, type ZipArchive } from './zip';

const PAGES: ReadonlySet<string> = new Set(['application/xhtml+xml', 'text/html', 'text/x-oeb1-document']);

/**
 * Writes the text of a book in its reading order.
 * @throws ExtractionError if it is damaged, protected, or unpacks to too much.
 */
export async function extractEpub(source: ByteSource, sink: TextSink): Promise<void> {
  const archive = await zipOf(source);
  const pages = await pagesOf(archive, await packageOf(archive));
  // Fonts are often scrambled although the text is free.
  const encrypted = await encryptedPartsOf(archive);
  const readable = pages.filter((page) => !encrypted.has(page));
  if (pages.length > 0 && readable.length === 0) throw new ExtractionError('encrypted');
  for (const [index, page] of readable.entries()) {
    if (sink.isFull) {
      sink.truncate();
      return;
    }
    sink.mark(`section ${String(index + 1)}`);
    const bytes = await archive.bytes(page);
    htmlText(decoderOf(bytes).decode(bytes), sink);
  }
}

async function packageOf(archive: ZipArchive): Promise<string> {
  let path: string | undefined;
  await readXml(archive, 'META-INF/container.xml', {
    open(name, attributes) {
      if (name === 'rootfile') path ??= attributes['full-path'];
    },
  });
  if (path === undefined || !archive.has(path)) throw new ExtractionError('malformed');
  return path;
}

/** The pages in the order of the spine. */
async function pagesOf(archive: ZipArchive, opf: string): Promise<string[]> {
  const pages = new Map<string, string>();
  const spine: string[] = [];
  await readXml(archive, opf, {
    open(name, attributes) {
      const { id, href, idref } = attributes;
      if (name === 'item' && id !== undefined && href !== undefined) {
        if (PAGES.has(attributes['media-type'] ?? '')) pages.set(id, pathOf(opf, href));
      } else if (name === 'itemref' && idref !== undefined) spine.push(idref);
    },
  });
  return spine.flatMap((id) => pages.get(id) ?? []);
}

function pathOf(opf: string, href: string): string {
  const plain = href.split('#', 1)[0] ?? '';
  try {
    return partName(posix.dirname(opf), decodeURIComponent(plain));
  } catch {
    return partName(posix.dirname(opf), plain);
  }
}

async function encryptedPartsOf(archive: ZipArchive): Promise<Set<string>> {
  const parts = new Set<string>();
  await readXml(archive, 'META-INF/encryption.xml', {
    open(name, attributes) {
      const part = name === 'CipherReference' ? attributes['URI'] : undefined;
      if (part !== undefined) parts.add(pathOf('book.opf', part));
    },
  });
  return parts;
}
