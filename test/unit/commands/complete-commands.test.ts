import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { completeCommands } from '../../../src/commands/shared/complete-commands';
import { inertProgram, runHere } from '../../support/in-process';

const SCOPE = { usualAccount: 'default', home: undefined };

test.each([
  [
    'log in with `gdrive-sync auth login`',
    'work',
    undefined,
    'log in with `gdrive-sync --account work auth login`',
  ],
  ['`gdrive-sync sync` or `up` continues', 'default', undefined, '`gdrive-sync sync` or `up` continues'],
  ['run `gdrive-sync up`', 'default', '/my home', "run `gdrive-sync --home '/my home' up`"],
  [
    'run `gdrive-sync up`',
    'work',
    "/it's",
    String.raw`run ${'`'}gdrive-sync --home '/it'\''s' --account work up${'`'}`,
  ],
  ['see `gdrive-sync --help`', 'work', undefined, 'see `gdrive-sync --help`'],
])('%s, for %s in %s', (text, account, home, complete) => {
  expect(completeCommands(text, { ...SCOPE, home }, account)).toBe(complete);
});

function* sources(folder: string): IterableIterator<string> {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* sources(path);
    else yield readFileSync(path, 'utf8');
  }
}

/** Commands in messages, with a word for each placeholder. */
const printed = new Set(
  [...sources(join(__dirname, '../../../src'))].flatMap((source) =>
    [...source.replaceAll('\\`', '`').matchAll(/`gdrive-sync (?![($])[^`\n]*`/g)].map(([command]) =>
      command.replaceAll(/\$\{[^}]*\}|<[a-z]+>/g, 'word'),
    ),
  ),
);

test.each([...printed])('%s works as it is printed', async (command) => {
  const complete = completeCommands(command, { ...SCOPE, home: '/home' }, 'work').slice(1, -1);
  const words = complete.split(' ').slice(1);
  const program = inertProgram();
  if (words.at(-1) === '--help' || words.includes('help'))
    await expect(program.parseAsync(words, { from: 'user' })).rejects.toMatchObject({
      code: expect.stringMatching(/^commander\.help/),
    });
  else await expect(program.parseAsync(words, { from: 'user' })).resolves.toBe(program);
});

test('many are printed', () => expect(printed.size).toBeGreaterThan(15));

test('an error names the account in its hint', async () => {
  const env = { HOME: '/nowhere', GDRIVE_SYNC_HOME: '/tmp' };
  const { stderr } = await runHere(['--account', 'work', 'auth', 'status'], { env });
  expect(stderr).toContain('`gdrive-sync --account work auth login`');
});
