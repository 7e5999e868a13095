import type { Corpus } from '../corpus/corpus';
import { OUT_OF_REACH, ROOT, TRASHED, TRASHED_ITSELF, UNLISTED } from '../corpus/marks';
import type { EmulatorOptions } from '../options';
import type { SharedDrives } from './shared-drives';

/** A demoted user keeps every file whose slot is a multiple of this number. */
const GRANTED_EACH = 50;

/** Decides which files the user can access, and which listings and change logs show them. */
export class Visibility {
  readonly #corpus: Corpus;
  readonly #drives: SharedDrives;
  readonly #hidesTrash: boolean;

  constructor(corpus: Corpus, drives: SharedDrives, { othersTrash }: Pick<EmulatorOptions, 'othersTrash'>) {
    this.#corpus = corpus;
    this.#drives = drives;
    this.#hidesTrash = othersTrash !== 'shown';
  }

  /** True if the user can get the file by its id. */
  isAccessible(slot: number): boolean {
    if (this.#isGone(slot)) return false;
    const driveId = this.#corpus.driveId(slot);
    if (driveId === undefined) return true;
    const membership = this.#drives.get(driveId)?.membership;
    return membership === 'member' || (membership === 'demoted' && this.isGranted(slot));
  }

  /** True for a file of a shared drive that the user could access without being a member. */
  isGranted(slot: number): boolean {
    return slot % GRANTED_EACH === 0 && (this.#corpus.marks(slot) & ROOT) === 0;
  }

  /** True if the file belongs to the user's own corpus: its listing and its change log. */
  isListed(slot: number, withDrives: boolean): boolean {
    if ((this.#corpus.marks(slot) & (ROOT | UNLISTED)) !== 0 || this.#isGone(slot)) return false;
    const driveId = this.#corpus.driveId(slot);
    return driveId === undefined || (withDrives && this.#isTouched(slot, driveId));
  }

  /** True if the file belongs to a shared drive of which the user is a member. */
  isInDrive(slot: number, driveId: string): boolean {
    return this.#corpus.driveId(slot) === driveId && (this.#corpus.marks(slot) & (OUT_OF_REACH | ROOT)) === 0;
  }

  /** True if the user can find the file through the API without knowing its id. */
  isReachable(slot: number): boolean {
    return (this.#corpus.marks(slot) & ROOT) === 0 && this.isAccessible(slot);
  }

  #isGone(slot: number): boolean {
    const marks = this.#corpus.marks(slot);
    if ((marks & OUT_OF_REACH) !== 0) return true;
    return (marks & TRASHED) !== 0 && this.#hidesTrash && this.#isOthers(slot) && this.#isInOthersTrash(slot);
  }

  /** Another user's file stays visible if only a folder of the user puts it into the trash. */
  #isInOthersTrash(slot: number): boolean {
    const above = new Set([slot]);
    for (const each of above) {
      if ((this.#corpus.marks(each) & TRASHED_ITSELF) !== 0 && this.#isOthers(each)) return true;
      for (const parent of this.#corpus.parentSlots(each)) above.add(parent);
    }
    return false;
  }

  #isOthers(slot: number): boolean {
    return this.#corpus.readers.ownedByMe(slot) === false;
  }

  /**
   * Files of a shared drive that the user has used also belong to the user's own corpus; here, the starred
   * ones.
   */
  #isTouched(slot: number, driveId: string): boolean {
    const membership = this.#drives.get(driveId)?.membership;
    if (membership === 'member') return this.#corpus.fields(slot).starred;
    return membership === 'demoted' && this.isGranted(slot);
  }
}
