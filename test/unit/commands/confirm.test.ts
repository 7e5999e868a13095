import { confirm } from '../../../src/commands/shared/confirm';
import type { Context } from '../../../src/commands/shared/context';
import { EXIT } from '../../../src/errors';
import { fakeHost } from '../../support/in-process';

/** Asks a person who types `typed`; undefined: there is no terminal. */
function asking(typed: string | undefined) {
  const { host, written } = fakeHost(typed === undefined ? {} : { columns: 80, typed });
  const asked: string[] = [];
  const context = {
    streams: host,
    tell: () => undefined,
    ask: (line: string) => void asked.push(line),
    signal: new AbortController().signal,
  };
  return { asked, written, context: context as unknown as Context };
}

test.each(['y\n', 'Yes\n', ' y \n'])('%j is a yes', async (typed) => {
  const { context, asked, written } = asking(typed);
  await confirm(context, 'This deletes all.', false);
  expect(asked).toEqual(['This deletes all.']);
  expect(written().stderr).toContain('Continue? [y/N]');
});

test.each(['n\n', '\n', 'yeah\n', 'no\n'])('%j is none', async (typed) => {
  await expect(confirm(asking(typed).context, 'This deletes all.', false)).rejects.toThrow(
    'nothing was deleted',
  );
});

test('where nobody can be asked, --yes is asked for', async () => {
  await expect(confirm(asking(undefined).context, 'This deletes all.', false)).rejects.toMatchObject({
    hint: 'add --yes',
    exitCode: EXIT.usage,
  });
});

test('with --yes nothing is asked', async () => {
  const { context, asked } = asking(undefined);
  await confirm(context, 'This deletes all.', true);
  expect(asked).toEqual([]);
});
