import type { DriveUser } from '../drive/drive-file';
import { Corpus } from './corpus';
import { createFolderSource } from './local-folder/source';
import { createSeedSource } from './seed/source';
import type { CorpusSpec } from './spec';

/** Creates the files of an emulated Drive. */
export async function loadCorpus(spec: CorpusSpec, user: DriveUser): Promise<Corpus> {
  return new Corpus(
    spec.kind === 'seed' ? createSeedSource(spec, user) : await createFolderSource(spec, user),
  );
}
