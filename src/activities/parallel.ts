/**
 * Works on many things, at most `atOnce` of them at the same time. After an error no new work starts; the
 * first error is thrown once all running work has ended.
 */
export async function inParallel<T>(
  things: readonly T[],
  atOnce: number,
  work: (thing: T) => Promise<void>,
): Promise<void> {
  const queue = things.values();
  let failed = false;
  let failure: unknown;
  async function lane(): Promise<void> {
    for (const thing of queue) {
      if (failed) return;
      try {
        await work(thing);
      } catch (error) {
        if (!failed) failure = error;
        failed = true;
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, things.length) }, lane));
  if (failed) throw failure;
}
