import { Corpus } from '../corpus/corpus';
import { randomText } from '../corpus/file-id';
import { hash, scramble } from '../corpus/hash';
import { PARENT_HIDDEN, ROOT } from '../corpus/marks';
import { createSeedSource } from '../corpus/seed/source';
import { FOLDER, type DriveFile } from '../drive/drive-file';
import type { Membership, SharedDrive } from '../drive/shared-drives';
import type { Ledger } from './ledger';
import { newFile, ofDrive } from './new-file';

/** A new shared drive. */
export interface NewDrive {
  id?: string;
  name: string;
  files: number;
}

/** Creates shared drives and changes the user's membership. */
export class DriveKeeper {
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** Creates a shared drive with generated files, without change log entries. */
  add({ id, name, files }: NewDrive): string {
    const { corpus, contents, drives, user, seed } = this.#ledger.drive;
    const ordinal = drives.count + 1;
    const driveId = id ?? `0A${randomText(scramble(seed), ordinal, 0x3d, 8)}A`;
    if (drives.get(driveId) !== undefined) throw new Error(`the drive ${driveId} already exists`);
    const { time } = this.#ledger;
    const root = newFile({
      id: driveId,
      name: 'Drive',
      mimeType: FOLDER,
      parents: undefined,
      time,
      modifiedTime: time,
      owner: user,
      user,
      driveId,
    });
    corpus.add(root, ROOT);
    drives.add({ id: driveId, name, createdTime: time });
    const spec = { kind: 'seed', seed: hash(scramble(seed), ordinal, 0x3e), files } as const;
    const source = createSeedSource(spec, user);
    const seeds = new Corpus(source);
    for (let slot = 0; slot < files; slot++) {
      const file = ownedByDrive(seeds.file(slot), seeds.rootId, driveId);
      corpus.add(contents.checked(file), seeds.marks(slot));
    }
    return driveId;
  }

  rename(id: string, name: string): void {
    this.#find(id).name = name;
    this.#ledger.recordDrive(id);
  }

  setMembership(id: string, membership: Membership): void {
    const { corpus, visibility } = this.#ledger.drive;
    const drive = this.#find(id);
    drive.membership = membership;
    for (const slot of corpus.ofDrive(id)) {
      if (!visibility.isGranted(slot)) continue;
      const parent = corpus.parentSlots(slot)[0];
      const isHidden = membership === 'demoted' && parent !== undefined && !visibility.isAccessible(parent);
      this.#ledger.mark(slot, PARENT_HIDDEN, isHidden);
    }
    this.#ledger.recordDrive(id);
  }

  #find(id: string): SharedDrive {
    const drive = this.#ledger.drive.drives.get(id);
    if (drive === undefined) throw new Error(`there is no drive ${id}`);
    return drive;
  }
}

/**
 * Moves a generated file to a shared drive. Files in My Drive and files without a visible parent go to its
 * root.
 */
function ownedByDrive(file: DriveFile, myRootId: string, driveId: string): DriveFile {
  const [parent = myRootId] = file.parents ?? [];
  return { ...ofDrive(file, driveId), parents: [parent === myRootId ? driveId : parent] };
}
