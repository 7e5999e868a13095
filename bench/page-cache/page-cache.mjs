// Makes the emulator's pages cheap, so that a client that is measured has the processors for itself: what was written and compressed once is
// sent again until something changes.
import { FileRuns } from './file-runs.mjs';
import { packPiece, PackedText, plainPiece } from './packed-text.mjs';

/** A page writer for the emulator. */
export class PageCache {
  /** By the function that writes them: it stands for the Drive and the mask. */
  #files = new WeakMap();
  #changes = new Map();
  #revision = -1;

  writeFiles({ before, separator, after, slots, render, revision }) {
    let runs = this.#files.get(render);
    if (runs === undefined) this.#files.set(render, (runs = new FileRuns(render)));
    const [first, ...others] = slots;
    const start = first === undefined ? before : before + separator + render(first);
    return new PackedText([
      plainPiece(start),
      ...runs.pieces(others, `,${separator}`, revision),
      plainPiece(after),
    ]);
  }

  writeChanges({ key, revision, write }) {
    if (revision !== this.#revision) this.#changes.clear();
    this.#revision = revision;
    let page = this.#changes.get(key);
    if (page === undefined) this.#changes.set(key, (page = new PackedText([packPiece(write())])));
    return page;
  }
}
