import { chooseScope } from '../../../src/commands/auth/ask-scope';
import type { Context } from '../../../src/commands/shared/context';
import { METADATA_SCOPE, READ_SCOPE } from '../../../src/drive/auth/scopes';
import { fakeHost } from '../../support/in-process';

/** A person who types `typed`; undefined: there is no terminal. */
function person(typed: string | undefined) {
  const { host, written } = fakeHost(typed === undefined ? {} : { columns: 80, typed });
  const said: string[] = [];
  const say = (line: string): void => void said.push(line);
  const config = { account: 'default' };
  const context = { config, streams: host, tell: say, ask: say, signal: new AbortController().signal };
  return { said, written, context: context as unknown as Context };
}

test.each([
  { typed: '\n', scope: METADATA_SCOPE },
  { typed: 'n\n', scope: METADATA_SCOPE },
  { typed: 'y\n', scope: READ_SCOPE },
  { typed: ' Yes\n', scope: READ_SCOPE },
])('on a terminal, $typed requests $scope', async ({ typed, scope }) => {
  const { context, said, written } = person(typed);
  expect(await chooseScope(context, { sharedDrives: undefined })).toBe(scope);
  expect(said.join(' ')).toMatch(/list every shared drive .* requires drive\.readonly, which also allows/);
  expect(written().stderr).toContain('[y/N]');
  expect(said.filter((line) => line.length > 80)).toEqual([]);
});

test('an answer that is neither is asked for again', async () => {
  const { context, said } = person('what?\n');
  await expect(chooseScope(context, { sharedDrives: undefined })).rejects.toThrow(/the input ended/);
  expect(said.at(-1)).toBe('Please answer y or n.');
});

test('an input that ends before the answer ends the login', async () => {
  await expect(chooseScope(person('').context, { sharedDrives: undefined })).rejects.toThrow(
    /the input ended/,
  );
});

test('where nobody can be asked, the narrow scope is requested, and it says so', async () => {
  const { context, said } = person(undefined);
  expect(await chooseScope(context, { sharedDrives: undefined })).toBe(METADATA_SCOPE);
  expect(said.join(' ')).toMatch(/metadata only .* found only through their files/);
});

test.each([
  [true, READ_SCOPE],
  [false, METADATA_SCOPE],
])('an option is not questioned: %s', async (option, scope) => {
  const { context, said } = person('');
  expect(await chooseScope(context, { sharedDrives: option })).toBe(scope);
  expect(said).toEqual([]);
});

test.each([
  ['\n', READ_SCOPE],
  ['n\n', METADATA_SCOPE],
  [undefined, READ_SCOPE],
])(
  'a new login in place of one that lists shared drives asks for the same by default: %j',
  async (typed, scope) => {
    const { context, said, written } = person(typed);
    expect(await chooseScope(context, { sharedDrives: undefined, former: `openid ${READ_SCOPE}` })).toBe(
      scope,
    );
    if (typed === undefined) expect(said.join(' ')).toMatch(/drive\.readonly, as the last one did/);
    else expect(written().stderr).toContain('[Y/n]');
  },
);
