import { SyncFailure } from '../../model/failure';
import type { DocumentResult } from '../../content/store/documents';

/** Commits results in groups: those that arrive while a group is being written form the next one. */
export class ResultLine {
  readonly #commit: (results: DocumentResult[]) => Promise<boolean>;
  #waiting: DocumentResult[] = [];
  #writing: Promise<void> | undefined;
  /** Results that were committed. */
  committed = 0;

  /** `commit` returns false if a newer run has taken over. */
  constructor(commit: (results: DocumentResult[]) => Promise<boolean>) {
    this.#commit = commit;
  }

  /**
   * Resolves when the result is committed.
   * @throws SyncFailure of kind `superseded` if a newer run has taken over.
   */
  async add(result: DocumentResult): Promise<void> {
    this.#waiting.push(result);
    // The group that is being written does not hold this result.
    await this.#writing?.catch(() => undefined);
    await (this.#writing ??= this.#write());
  }

  async #write(): Promise<void> {
    const group = this.#waiting;
    this.#waiting = [];
    try {
      if (group.length === 0) return;
      if (!(await this.#commit(group))) throw new SyncFailure('superseded');
      this.committed += group.length;
    } finally {
      this.#writing = undefined;
    }
  }
}
