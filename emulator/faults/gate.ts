/** Holds requests until a test releases them, for the faults `hold-request` and `hold-answer`. */
export class Gate {
  readonly #held = new Set<() => void>();
  readonly #watchers = new Set<() => void>();
  #isOpen = false;
  #arrived = 0;

  /** The number of requests that the gate holds now. Requests of disconnected clients do not count. */
  get held(): number {
    return this.#held.size;
  }

  /** Resolves when `count` requests have reached the gate, whether it still holds them or not. */
  async arrived(count = 1): Promise<void> {
    if (this.#arrived >= count) return;
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (this.#arrived < count) return;
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
    });
  }

  /** Releases all requests, including later ones. */
  open(): void {
    this.#isOpen = true;
    for (const go of this.#held) go();
  }

  /** Releases the oldest held request, if there is one. */
  letOne(): void {
    for (const go of this.#held) {
      go();
      return;
    }
  }

  /** Waits until the request is released or its client disconnects. */
  async pass(gone: AbortSignal): Promise<void> {
    this.#arrived++;
    for (const look of this.#watchers) look();
    if (this.#isOpen || gone.aborted) return;
    await new Promise<void>((resolve) => {
      const go = (): void => {
        this.#held.delete(go);
        gone.removeEventListener('abort', go);
        resolve();
      };
      this.#held.add(go);
      gone.addEventListener('abort', go);
    });
  }
}
