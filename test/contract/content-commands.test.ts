/** The commands that switch the texts of files on and off, in a home on which no Temporal server has run. */
import { existsSync } from 'node:fs';
import { tryWorkerRole } from '../../src/process/worker-role';
import { METADATA_SCOPE, READ_SCOPE } from '../../src/drive/auth/scopes';
import { TERMINAL, TEXTS, toJson, useContentCopy, type Json } from '../support/content-copy';

const rig = useContentCopy();
const { run, runBuilt, json, settings, logIn, switchOn } = rig;

describe('content plan', () => {
  test('sums what is fetched, and says what is left out and why', async () => {
    const { code, stdout, stderr } = await rig.copy.run(['content', 'plan'], TERMINAL);
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n')).toEqual([
      'KIND   FILES     SIZE  REQUESTS',
      'text       3  98.6 KB         3',
      'total      3  98.6 KB         3',
    ]);
    expect(stderr).toContain(
      'All texts: 3 files, 98.6 KB, 3 requests: 600 quota units, less than 0.1 % of a day',
    );
    expect(stderr).toContain('Left out: 2, because files of its type have no text');
    expect(stderr).toContain('Left out: 1, because it is in the trash');
    expect(existsSync(rig.home.contentOf('default'))).toBe(false);
  });

  test('tries other settings without storing them', async () => {
    const { answer } = await json('plan', '--owner', 'me', '--max-size', '999', '--trashed');
    expect(answer).toEqual({
      account: 'default',
      settings: { maxBytes: 999, owner: 'me', trashed: true, include: '', exclude: '' },
      files: 1,
      bytes: 10,
      copies: 0,
      requests: 1,
      units: 200,
      dayShare: 200 / 400_000_000,
      minutes: 200 / 325_000,
      kinds: [{ kind: 'text', files: 1, bytes: 10, requests: 1 }],
      skipped: [
        { reason: 'type', files: 2, bytes: 4_194_304 },
        { reason: 'size', files: 2, bytes: 4_072 },
        { reason: 'owner', files: 1, bytes: 99_999 },
      ],
    });
    expect(settings()).toMatchObject({ on: false, maxBytes: 50_000_000, ownOnly: false, trashed: false });
  });

  test('a content that several files have is fetched once', async () => {
    rig.change("UPDATE file SET md5 = 'abc', size = 7 WHERE id IN ('invoice', 'list', 'notes')");
    const { answer } = await json('plan');
    expect(answer).toMatchObject({ files: 3, copies: 2, requests: 1, bytes: 7, units: 200 });
  });

  test("names Google's own documents by their type", async () => {
    rig.change(
      "UPDATE file SET mime_type = 'application/vnd.google-apps.document', md5 = NULL WHERE id = 'list'",
    );
    const { answer } = await json('plan');
    expect((answer['kinds'] as Json[]).map(({ kind }) => kind)).toEqual(['text', 'google-document']);
  });
});

describe('--include and --exclude', () => {
  test.each([
    { flags: ['--exclude', 'in:"/My Drive/Taxes"'], bytes: 99_999 + 10 },
    { flags: ['--exclude', 'in:"/My Drive" owner:ann'], bytes: 1_000 + 10 },
    { flags: ['--exclude', 'in:/'], bytes: 0 },
    { flags: ['--include', 'larger:5K'], bytes: 99_999 },
    { flags: ['--include', '-larger:5K'], bytes: 1_000 + 10 },
    { flags: ['--include', 'in:"Taxes"', '--exclude', 'is:starred'], bytes: 0 },
    // What is in the trash is chosen like anything else.
    { flags: ['--trashed', '--exclude', 'smaller:4K'], bytes: 99_999 },
  ])('plan $flags', async ({ flags, bytes }) => {
    const { answer } = await json('plan', ...flags);
    expect(answer).toMatchObject({ bytes });
    expect((answer['skipped'] as Json[]).map(({ reason }) => reason)).toContain('policy');
  });

  test('are stored, folders by their ids, until they are given again', async () => {
    await runBuilt('on', '--text', '--yes', '--exclude', 'in:"/My Drive/Taxes" -type:pdf in:/');
    expect(settings()).toMatchObject({ include: '', exclude: 'in:"taxes" -type:pdf in:"/"' });
    const { stdout } = await runBuilt('on', '--include', 'type:text', '--exclude', '');
    expect(stdout).toContain('only type:text');
    expect(settings()).toMatchObject({ on: true, include: 'type:text', exclude: '' });
  });

  test.each([
    { filters: 'invoice', code: 2, says: 'files are chosen by filters' },
    { filters: '*.pdf', code: 2, says: 'files are chosen by filters' },
    { filters: 'tpye:pdf', code: 2, says: 'did you mean type:?' },
    { filters: 'in:"/My Drive/Missing"', code: 1, says: 'there is no "Missing"' },
  ])('$filters is refused', async ({ filters, code, says }) => {
    const ended = await run('on', '--text', '--yes', '--exclude', filters);
    expect(ended.code).toBe(code);
    expect(ended.stderr).toContain(says);
    expect(settings().on).toBe(false);
  });

  test('the text of a file is deleted when its folder moves into one that is left out', async () => {
    switchOn({ exclude: 'in:"taxes"' });
    rig.change("UPDATE file SET parent_id = 'photos' WHERE id = 'list'");
    rig.fillTexts(TEXTS);
    const states = () =>
      rig.texts('SELECT file_id, state, reason FROM document WHERE body_pk IS NOT NULL ORDER BY 1');
    expect(states()).toEqual([
      ['list', 'done', null],
      ['notes', 'done', null],
    ]);
    rig.change(
      `UPDATE file SET parent_id = 'taxes', changed_at = (SELECT max(changed_at) + 1 FROM file) WHERE id = 'photos'`,
    );
    rig.fillTexts({});
    expect(states()).toEqual([['notes', 'done', null]]);
    expect((await json('status', '--reasons')).answer['reasons']).toContainEqual({
      state: 'skipped',
      reason: 'policy',
      files: 4,
      bytes: expect.any(Number) as number,
    });
  });
});

describe('content on', () => {
  test('says what is read, where it is kept and what it costs, and asks', async () => {
    const { code, stdout, stderr } = await rig.copy.runBuilt(['content', 'on', '--text'], {
      ...TERMINAL,
      typed: 'y\n',
    });
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'the texts of files are on: files of all owners, up to 47.7 MB, without the trash\n',
    });
    expect(stderr).toContain(rig.home.contentOf('default'));
    expect(stderr).toMatch(/not encrypted,\nreadable by your user only \(mode 0600\)/);
    expect(stderr).toContain('It costs, once: 3 files, 98.6 KB, 3 requests');
    expect(stderr).toContain('`gdrive-sync sync` fetches them');
    expect(settings().on).toBe(true);
  });

  test.each([
    { what: 'a no', terminal: { ...TERMINAL, typed: 'n\n' }, code: 1, says: 'nothing was changed' },
    { what: 'no terminal', terminal: {}, code: 2, says: 'hint: add --yes' },
  ])('$what leaves it off', async ({ terminal, code, says }) => {
    const ended = await rig.copy.run(['content', 'on', '--text'], terminal);
    expect(ended.code).toBe(code);
    expect(ended.stderr).toContain(says);
    expect(settings().on).toBe(false);
  });

  test('wants to be told what to keep, the first time', async () => {
    const { code, stderr } = await run('on', '--yes');
    expect(code).toBe(2);
    expect(stderr).toContain('`gdrive-sync content on --text`');
    expect(settings().on).toBe(false);
  });

  test('changes settings without asking if it is on, and leaves the others as they are', async () => {
    await runBuilt('on', '--text', '--yes', '--owner', 'me', '--trashed');
    expect(settings()).toMatchObject({ on: true, maxBytes: 50_000_000, ownOnly: true, trashed: true });
    const { code, answer } = toJson(await runBuilt('--json', 'on', '--max-size', '2M', '--no-trashed'));
    expect(code).toBe(0);
    const chosen = { maxBytes: 2 * 1024 ** 2, owner: 'me', trashed: false, include: '', exclude: '' };
    expect(answer).toEqual({ account: 'default', on: true, changed: true, settings: chosen });
    expect(settings()).toMatchObject({ on: true, maxBytes: 2 * 1024 ** 2, ownOnly: true, trashed: false });
    expect((await json('on')).answer).toMatchObject({ changed: false });
  });

  test.each([
    ['--max-size', '0'],
    ['--max-size', 'big'],
    ['--max-size', '1000G'],
    ['--owner', 'ann'],
  ])('refuses %s %s', async (flag, value) => {
    const { code, stderr } = await run('on', '--text', '--yes', flag, value);
    expect(code).toBe(2);
    expect(stderr).toContain(flag);
    expect(settings().on).toBe(false);
  });

  test('a login that reads metadata only has to be replaced first', async () => {
    logIn(METADATA_SCOPE);
    const piped = await run('on', '--text', '--yes');
    expect(piped.code).toBe(1);
    expect(piped.stderr).toContain('log in again with `gdrive-sync auth login --content`');
    const refused = await rig.copy.run(['content', 'on', '--text'], { ...TERMINAL, typed: 'n\n' });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('Log in again with drive.readonly? [y/N]');
    expect(settings().on).toBe(false);
  });

  test.each([
    { what: 'the scope for reading', scope: READ_SCOPE },
    { what: 'several scopes', scope: `openid ${READ_SCOPE}` },
    { what: 'an unknown scope', scope: '' },
  ])('a login with $what is enough', async ({ scope }) => {
    logIn(scope);
    expect((await runBuilt('on', '--text', '--yes')).code).toBe(0);
    expect(settings().on).toBe(true);
  });

  test('the scope of an access token is not known', async () => {
    logIn(METADATA_SCOPE);
    const env = { GDRIVE_SYNC_ACCESS_TOKEN: 'token' };
    expect((await rig.copy.runBuilt(['content', 'on', '--text', '--yes'], { env })).code).toBe(0);
  });

  test('an account that does not exist is not created', async () => {
    const { code, stderr } = await run('on', '--text', '--yes', '--account', 'typo');
    expect(code).toBe(1);
    expect(stderr).toContain('no credentials for account "typo"');
    expect(rig.home.accounts()).toEqual(['default']);
  });
});

describe('content off, purge and rebuild', () => {
  beforeEach(() => {
    switchOn();
    rig.fillTexts(TEXTS);
  });

  test('off keeps the texts and says so', async () => {
    const { code, stdout, stderr } = await runBuilt('off');
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'the texts of files are off: no contents are fetched\n',
    });
    expect(stderr).toMatch(/^The texts that were fetched \(.* KB\) stay .*`gdrive-sync content purge`/);
    expect(settings().on).toBe(false);
    const { answer } = await json('status');
    expect(answer).toMatchObject({ on: false, done: 3, due: 0, skipped: 3, total: 6 });
    expect((await json('off')).answer).toMatchObject({ on: false, changed: false });
  });

  test('purge asks, then deletes the texts and switches them off', async () => {
    const refused = await rig.copy.run(['content', 'purge'], { ...TERMINAL, typed: 'n\n' });
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(existsSync(rig.home.contentOf('default'))).toBe(true);
    const { code, stderr } = await rig.copy.runBuilt(['content', 'purge'], { ...TERMINAL, typed: 'y\n' });
    expect(code).toBe(0);
    expect(stderr).toContain('This deletes the texts of files of account "default"');
    for (const ending of ['', '-wal', '-shm'])
      expect(existsSync(rig.home.contentOf('default') + ending)).toBe(false);
    expect(settings().on).toBe(false);
    expect((await json('purge')).answer).toEqual({ account: 'default', on: false, deleted: false });
  });

  test('rebuild says what it costs, and leaves the texts on', async () => {
    const { code, stderr } = await run('rebuild', '--yes');
    expect(code).toBe(0);
    expect(stderr).toContain('3 files, 98.6 KB, 3 requests: 600 quota units');
    expect(existsSync(rig.home.contentOf('default'))).toBe(false);
    expect(settings().on).toBe(true);
    expect((await json('status')).answer).toMatchObject({ due: 6 });
  });

  test('rebuild needs the texts to be on', async () => {
    switchOn({ on: false });
    expect(await run('rebuild', '--yes')).toMatchObject({ code: 1, stdout: '' });
    expect(existsSync(rig.home.contentOf('default'))).toBe(true);
  });

  test.each(['purge', 'rebuild'])('%s waits for the end of a worker', async (command) => {
    const role = tryWorkerRole(rig.home)!;
    // Nobody waits for the short writes of others.
    jest.spyOn(Date, 'now').mockRestore();
    const { code, stderr } = await run(command, '--yes');
    role.release();
    expect(code).toBe(1);
    expect(stderr).toContain('stop that `gdrive-sync up`');
    expect(existsSync(rig.home.contentOf('default'))).toBe(true);
    expect(settings().on).toBe(true);
  });

  test('`account rename` and `account remove` take the texts with them', async () => {
    const renamed = await rig.copy.run(['account', 'rename', 'default', 'work']);
    expect(renamed.code).toBe(0);
    const { stdout } = await run('status', '--account', 'work');
    expect(stdout).toMatch(/^done 3 /);
    const removed = await rig.copy.run(['account', 'remove', 'work', '--yes']);
    expect(removed.stderr).toMatch(/the texts of files \(.* KB\)/);
    expect(existsSync(rig.home.contentOf('work'))).toBe(false);
  });
});
