/**
 * Runs all steps in order, even after a failure: a part that cannot be closed must not keep the others open.
 * @throws the first error, after all steps have run.
 */
export async function releaseAll(...steps: (() => unknown)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
