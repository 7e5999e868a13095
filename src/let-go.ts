/**
 * Takes every step, in this order, whatever became of those before: a part that does not close must not keep the others.
 * @throws what the first step that failed threw, once all are taken.
 */
export async function letGo(...steps: (() => unknown)[]): Promise<void> {
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
