import { withSeededFacts, type SeededFacts } from '../contents/seeded-facts';
import type { DriveUser } from '../drive/drive-file';
import { Corpus } from './corpus';
import { createFolderSource } from './local-folder/source';
import { createSeedSource } from './seed/source';
import type { CorpusSpec } from './spec';

/** Creates the files of an emulated Drive; `seeded` gives generated files the checksums of generated contents. */
export async function loadCorpus(spec: CorpusSpec, user: DriveUser, seeded?: SeededFacts): Promise<Corpus> {
  if (spec.kind === 'folder') return new Corpus(await createFolderSource(spec, user));
  const source = createSeedSource(spec, user);
  return new Corpus(seeded === undefined ? source : withSeededFacts(source, seeded));
}
