/** The parts of a working process. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '../../src/config';
import { UserError } from '../../src/errors';
import { createLimits } from '../../src/process/drive-access';
import { openHome, type Home } from '../../src/process/home';
import { noteWorker } from '../../src/process/worker-record';
import { checkSameDrive } from '../../src/process/worker-process';

const OURS = 'http://127.0.0.1:1/';

let folder: string;
let home: Home;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'process-'));
  home = openHome(folder);
});

afterEach(() => rmSync(folder, { recursive: true }));

const configOf = (env: Record<string, string>) =>
  parseConfig({ HOME: folder, GDRIVE_SYNC_HOME: folder, ...env }, {});

describe('a process that joins the worker of its home', () => {
  beforeEach(() => {
    noteWorker(home, {
      pid: process.pid,
      driveUrl: OURS,
      account: 'default',
      credentials: 'theirs',
      nextAt: null,
      service: false,
    });
  });

  test('is refused if it means another Drive', () => {
    expect(() => checkSameDrive(configOf({ GDRIVE_SYNC_DRIVE_URL: 'http://127.0.0.1:2/' }), home)).toThrow(
      new UserError(`process ${String(process.pid)} works in this home and talks to another Drive URL`),
    );
  });

  test('is refused if it has other credentials', () => {
    const config = configOf({ GDRIVE_SYNC_DRIVE_URL: OURS, GDRIVE_SYNC_ACCESS_TOKEN: 'ours' });
    expect(() => checkSameDrive(config, home)).toThrow(/uses other credentials/);
  });

  test('is let in if it means the same', () => {
    expect(() => checkSameDrive(configOf({ GDRIVE_SYNC_DRIVE_URL: OURS }), home)).not.toThrow();
    expect(() => checkSameDrive(configOf({}), home)).not.toThrow();
  });
});

test('all accounts of a home together keep within the quota of the project', async () => {
  const limiterOf = createLimits(configOf({ GDRIVE_SYNC_UNITS_PER_MINUTE: '900000' }));
  expect(limiterOf('a')).toBe(limiterOf('a'));
  // 15,000 units a second for a user, 16,667 for the project: the second user finds most of the second taken.
  const waited = async (account: string): Promise<number> => {
    let ms = 0;
    await limiterOf(account).enter(15_000, (wait) => {
      ms += wait;
      return Promise.resolve();
    });
    return ms;
  };
  const [first, second] = [await waited('a'), await waited('b')];
  expect(second).toBeGreaterThan(first + 500);
});
