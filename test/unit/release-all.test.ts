import { releaseAll } from '../../src/release-all';

test('every step is taken in order, and the first failure is thrown at the end', async () => {
  const taken: string[] = [];
  const step = (name: string, fails: boolean) => async () => {
    await Promise.resolve();
    taken.push(name);
    if (fails) throw new Error(name);
  };
  await expect(
    releaseAll(step('a', false), step('b', true), step('c', true), step('d', false)),
  ).rejects.toThrow('b');
  expect(taken).toEqual(['a', 'b', 'c', 'd']);
});

function broken(): never {
  throw new Error('broken');
}

test('a step that throws at once does not keep the others', async () => {
  let isReleased = false;
  await expect(releaseAll(broken, () => (isReleased = true))).rejects.toThrow('broken');
  expect(isReleased).toBe(true);
});

test('where nothing fails, nothing is thrown', async () => {
  await expect(
    releaseAll(
      () => 1,
      async () => await Promise.resolve(),
    ),
  ).resolves.toBeUndefined();
});
