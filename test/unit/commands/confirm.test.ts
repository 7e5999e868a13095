import { confirm } from '../../../src/commands/shared/confirm';
import type { Context } from '../../../src/commands/shared/context';

const isTTY = Object.getOwnPropertyDescriptor(process.stdin, 'isTTY');

afterEach(() => {
  if (isTTY === undefined) Reflect.deleteProperty(process.stdin, 'isTTY');
  else Object.defineProperty(process.stdin, 'isTTY', isTTY);
});

test('what is about to be lost is shown before the question, with --quiet too', async () => {
  Object.defineProperty(process.stdin, 'isTTY', { value: true, configurable: true });
  const asked: string[] = [];
  const quiet = {
    tell: () => undefined,
    ask: (line: string) => void asked.push(line),
    signal: AbortSignal.abort(),
  };
  // The interruption ends the question that follows.
  await expect(confirm(quiet as unknown as Context, 'This deletes all.', false)).rejects.toThrow();
  expect(asked).toEqual(['This deletes all.']);
});
