import { packPiece, PackedText } from './packed-text';

/** Pages as they were written once, compressed too, until anything changes. */
export class KeptPages {
  #state = '';
  readonly #pages = new Map<string, PackedText>();

  /** `state` differs as soon as a page may, `request` says which page it is. */
  page(state: string, request: string, write: () => PackedText): PackedText {
    if (state !== this.#state) this.#pages.clear();
    this.#state = state;
    let page = this.#pages.get(request);
    if (page === undefined) this.#pages.set(request, (page = new PackedText([packPiece(write().bytes)])));
    return page;
  }
}
