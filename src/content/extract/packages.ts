import { posix } from 'node:path';
import { readXml } from './xml';
import type { ZipArchive } from './zip';

/** A reference from one part of an Office file to another. */
export interface Relation {
  id: string;
  /** The last word of the type's address, such as "slide" or "comments". */
  type: string;
  /** The part's name in the archive. */
  target: string;
}

/** The parts that a part of an Office file refers to, in their order. What is outside of the file is left out. */
export async function relationsOf(archive: ZipArchive, part: string): Promise<Relation[]> {
  const folder = posix.dirname(part);
  const relations: Relation[] = [];
  await readXml(archive, posix.join(folder, '_rels', `${posix.basename(part)}.rels`), {
    open(name, { Id, Type, Target, TargetMode }) {
      if (name !== 'Relationship' || Id === undefined || Target === undefined) return;
      if (TargetMode === 'External') return;
      relations.push({ id: Id, type: lastWord(Type ?? ''), target: partName(folder, Target) });
    },
  });
  return relations;
}

/** The main part of an Office file: the document, workbook or presentation; `usual` if it is not said. */
export async function mainPartOf(archive: ZipArchive, usual: string): Promise<string> {
  const relations = await relationsOf(archive, '');
  const main = relations.find(({ type, target }) => type === 'officeDocument' && archive.has(target));
  return main?.target ?? usual;
}

/** The targets of some types of relation. */
export function targetsOf(relations: readonly Relation[], ...types: readonly string[]): string[] {
  return relations.filter(({ type }) => types.includes(type)).map(({ target }) => target);
}

function lastWord(address: string): string {
  return address.slice(address.lastIndexOf('/') + 1);
}

/** The name in the archive of a part that is given relative to a folder. */
export function partName(folder: string, target: string): string {
  return posix.join(target.startsWith('/') ? '.' : folder, target).replace(/^\/+/, '');
}
