/** What commands say to arguments that miss something or are mistyped. */
import { openSmallCopy, type SmallCopy } from '../support/small-copy';
import { openHome } from '../../src/process/home';
import { tryWorkerRole } from '../../src/process/worker-role';
import { noteTestWorker } from '../support/worker-notes';

let copy: SmallCopy;

beforeAll(() => {
  copy = openSmallCopy();
});
afterAll(() => copy.close());

test.each(['auth', 'account', 'schedule'])('%s alone prints its commands', async (group) => {
  const { code, stdout, stderr } = await copy.run([group]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(new RegExp(`^Usage: gdrive-sync ${group} `));
});

test.each([
  [['ls', '--by', 'size'], 'gdrive-sync ls --help'],
  [['schedule', 'set'], 'gdrive-sync schedule set --help'],
  [['account', 'rename', 'work'], 'gdrive-sync account rename --help'],
  [['--account', 'default', 'info'], 'gdrive-sync info --help'],
])('the hint for %j names the help of its command', async (args, help) => {
  const { code, stderr } = await copy.run(args);
  expect(code).toBe(2);
  expect(stderr).toContain(`\nhint: see \`${help}\``);
});

test('a word of one letter can be excluded', async () => {
  const { code, stdout } = await copy.run(['search', 'invoice', '-z']);
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('Invoice') as string });
});

test.each(['initiate', 'sync'])(
  '%s of a mistyped account makes no store, although a worker runs',
  async (command) => {
    const home = openHome(copy.home);
    const role = tryWorkerRole(home);
    noteTestWorker(home);
    const { code, stderr } = await copy.run(['--account', 'wrok', command]);
    role?.release();
    expect([code, stderr]).toEqual([1, expect.stringMatching(/there are no credentials for account "wrok"/)]);
    expect(home.accounts()).toEqual(['default']);
  },
);

test('the help of an unknown command is an error that names the one that is meant', async () => {
  expect(await copy.run(['help', 'serach'])).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/unknown command 'serach'\n.*Did you mean search/),
  });
  expect(await copy.run(['help', 'search'])).toMatchObject({ code: 0 });
});

test('an export into a folder that does not exist names the file that was asked for', async () => {
  const { code, stderr } = await copy.run(['export', '-o', '/nonexistent/x.csv']);
  expect(code).toBe(1);
  expect(stderr).toBe(
    'gdrive-sync: cannot write to /nonexistent/x.csv: its folder does not exist\nhint: choose a folder that exists and that you may write to\n',
  );
});

test('an empty name of a home is refused', async () => {
  const { code, stderr } = await copy.run(['--home', '', 'status']);
  expect([code, stderr]).toEqual([2, expect.stringMatching(/--home takes a folder, not an empty text/)]);
});
