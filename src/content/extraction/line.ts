import { setMaxListeners } from 'node:events';

/** Things that several callers use in turn. Who asks first is served first. */
export class Line<T> {
  readonly #free: T[];
  readonly #waiting = new Set<{ resolve: (item: T) => void; reject: (reason: unknown) => void }>();
  #closed: { reason: unknown } | undefined;

  constructor(items: readonly T[]) {
    this.#free = [...items];
  }

  /**
   * Takes a thing, when one is free.
   * @throws the signal's reason, or that of `close`.
   */
  async take(signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    if (this.#closed !== undefined) throw this.#closed.reason;
    if (this.#free.length > 0) {
      const [item] = this.#free.splice(0, 1);
      if (item !== undefined) return item;
    }
    return this.#wait(signal);
  }

  /** Gives a thing back. */
  give(item: T): void {
    for (const next of this.#waiting) {
      this.#waiting.delete(next);
      next.resolve(item);
      return;
    }
    this.#free.push(item);
  }

  /** Refuses everybody who waits or will ask. */
  close(reason: unknown): void {
    this.#closed ??= { reason };
    for (const { reject } of this.#waiting) reject(reason);
    this.#waiting.clear();
  }

  #wait(signal: AbortSignal): Promise<T> {
    // Many callers may wait with one signal.
    setMaxListeners(0, signal);
    return new Promise<T>((resolve, reject) => {
      const place = { resolve: settled(resolve), reject: settled(reject) };
      const leave = (): void => {
        this.#waiting.delete(place);
        place.reject(signal.reason);
      };
      function settled<V>(settle: (value: V) => void): (value: V) => void {
        return (value) => {
          signal.removeEventListener('abort', leave);
          settle(value);
        };
      }
      this.#waiting.add(place);
      signal.addEventListener('abort', leave, { once: true });
    });
  }
}
