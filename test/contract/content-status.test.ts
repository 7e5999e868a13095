/** What the commands say about the texts of files, and what they try again. */
import { chmodSync } from 'node:fs';
import { checkTexts } from '../../src/commands/doctor/texts';
import { NOW, TEXTS, useContentCopy } from '../support/content-copy';
import { OPENED_AT } from '../support/stores';

const rig = useContentCopy();
const { run, json, switchOn } = rig;

const states = () =>
  rig.texts('SELECT file_id, state, reason FROM document WHERE stamp IS NOT NULL ORDER BY 1');

describe('content status', () => {
  test('counts each file once; what the plan has not seen is due', async () => {
    switchOn();
    const { code, answer } = await json('status');
    expect(code).toBe(3);
    expect(answer).toEqual({
      account: 'default',
      on: true,
      done: 0,
      due: 6,
      skipped: 0,
      refused: 0,
      failed: 0,
      needsOcr: 0,
      total: 6,
      waiting: 0,
      currentAt: OPENED_AT,
    });
  });

  test('is complete when every file has a text or a reason', async () => {
    switchOn();
    rig.fillTexts(TEXTS);
    const { code, stdout, stderr } = await run('status');
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'done 3 · due 0 · skipped 3 · refused 0 · failed 0 · needs OCR 0 = 6 files\n',
    });
    expect(stderr).toBe('text as of 3 h ago\n');
  });

  test('names reasons, and exits with 3 while a file is due or has failed', async () => {
    switchOn();
    rig.fillTexts({
      invoice: { reason: 'malformed' },
      notes: { reason: 'server' },
      list: { reason: 'scanned' },
    });
    const { code, answer } = await json('status', '--reasons');
    expect(code).toBe(3);
    expect(answer).toMatchObject({ due: 1, failed: 1, needsOcr: 1, skipped: 3, total: 6, waiting: 1 });
    expect(answer).toMatchObject({ nextRetryAt: NOW + 60_000, dueSince: NOW });
    expect(answer['reasons']).toEqual([
      { state: 'skipped', reason: 'type', files: 2, bytes: 4_194_304 },
      { state: 'due', reason: 'retry', files: 1, bytes: 99_999 },
      { state: 'failed', reason: 'malformed', files: 1, bytes: 1_000 },
      { state: 'needsOcr', reason: 'scanned', files: 1, bytes: 10 },
      { state: 'skipped', reason: 'trashed', files: 1, bytes: 3_072 },
    ]);
    const table = await rig.copy.run(['content', 'status', '--reasons'], { columns: 120 });
    expect(table.stdout).toContain('failed     malformed      1   1000 B  it is damaged');
    expect(table.stderr).toContain('1 file must wait; the next try is due in 1 min');
    expect(table.stderr).toContain('`gdrive-sync content retry failed`');
  });

  test.each([
    {
      what: 'a removed file',
      sql: "UPDATE file SET removed_at = 1, removal = 'log' WHERE id = 'list'",
      counts: { done: 2, due: 0, skipped: 3, total: 5 },
    },
    {
      what: 'a file in the trash',
      sql: "UPDATE file SET trashed = 1 WHERE id = 'list'",
      counts: { done: 2, due: 0, skipped: 4, total: 6 },
    },
    {
      what: 'a changed file',
      sql: "UPDATE file SET modified_time = '2026-01-02T00:00:00.000Z' WHERE id = 'list'",
      counts: { done: 2, due: 1, skipped: 3, total: 6 },
    },
  ])('$what counts before the plan has seen the change', async ({ sql, counts }) => {
    switchOn();
    rig.fillTexts(TEXTS);
    rig.change(`${sql}; UPDATE file SET changed_at = ${String(NOW)} WHERE id = 'list'`);
    const { code, answer } = await json('status');
    expect(answer).toMatchObject({ ...counts, failed: 0, refused: 0, needsOcr: 0 });
    expect(code).toBe(counts.due > 0 ? 3 : 0);
  });

  test('other settings count before the plan has used them', async () => {
    switchOn();
    rig.fillTexts(TEXTS);
    switchOn({ trashed: true, ownOnly: true });
    const { answer } = await json('status');
    expect(answer).toMatchObject({ done: 2, due: 1, skipped: 3, total: 6 });
  });

  test('nothing is due while the texts are off, and what is missing is skipped', async () => {
    const { code, answer } = await json('status', '--reasons');
    expect(code).toBe(0);
    expect(answer).toMatchObject({ on: false, due: 0, skipped: 6, total: 6 });
    expect(answer['reasons']).toMatchObject([{ state: 'skipped', reason: 'off', files: 6 }]);
    expect((await run('status')).stderr).toContain('`gdrive-sync content on --text` switches them on');
  });

  test('texts of another copy do not count', async () => {
    switchOn();
    rig.fillTexts(TEXTS);
    rig.change("UPDATE store SET store_id = 'another'");
    const { answer } = await json('status');
    expect(answer).toMatchObject({ done: 0, due: 6, total: 6 });
    expect((await run('status')).stderr).toContain('belong to another copy of this account');
  });

  test.each([
    { mode: 0o644, level: 'warning', says: /other users can access .* \(mode 644\)/ },
    { mode: 0o600, level: 'ok', says: /not encrypted/ },
  ])('`doctor` looks who may read the texts: $level', ({ mode, level, says }) => {
    expect(checkTexts(rig.home, 'default')).toEqual([]);
    switchOn();
    rig.fillTexts(TEXTS);
    chmodSync(rig.home.contentOf('default'), mode);
    const last = checkTexts(rig.home, 'default').at(-1)!;
    expect(last.level).toBe(level);
    expect(last.says).toMatch(says);
  });

  test('`status` and `doctor` name the texts', async () => {
    expect((await rig.copy.run(['status'])).stdout).not.toContain('texts of');
    switchOn();
    rig.fillTexts({ invoice: { text: 'one' } });
    const { stdout } = await rig.copy.run(['status']);
    expect(stdout).toContain('default: texts of 1 file; 2 due; `gdrive-sync content status` tells more');
    expect(checkTexts(rig.home, 'default')).toEqual([
      {
        check: 'texts',
        level: 'ok',
        says: expect.stringMatching(/^on: .*default\.content\.db, .*, not encrypted$/) as string,
      },
    ]);
  });
});

describe('content retry', () => {
  const FAILED = {
    invoice: { reason: 'malformed' },
    notes: { reason: 'server' },
    list: { reason: 'scanned' },
  } as const;

  beforeEach(() => {
    switchOn();
    rig.fillTexts(FAILED);
  });

  test.each([
    { what: 'malformed', retried: ['invoice'] },
    { what: 'failed', retried: ['invoice'] },
    { what: 'needs-ocr', retried: ['list'] },
    { what: 'retry', retried: ['notes'] },
    { what: '/My Drive/Taxes', retried: ['invoice'] },
    { what: '/My Drive', retried: ['invoice', 'list', 'notes'] },
    { what: 'notes', retried: ['notes'] },
    { what: 'type', retried: [] },
    { what: '/My Drive/Photos', retried: [] },
  ])('of $what makes these due: $retried', async ({ what, retried }) => {
    const { code, answer } = await json('retry', what);
    expect({ code, answer }).toEqual({
      code: 0,
      answer: { account: 'default', files: retried.length, started: false },
    });
    const due = rig.texts("SELECT file_id FROM document WHERE state = 'due' AND retry_at IS NULL ORDER BY 1");
    expect(due.flat()).toEqual(retried);
    expect(rig.texts("SELECT file_id FROM document WHERE state = 'skipped'")).toHaveLength(3);
  });

  test('a file that has a text is left alone', async () => {
    await run('retry', 'list');
    rig.fillTexts(TEXTS);
    const { answer } = await json('retry', 'list');
    expect(answer).toMatchObject({ files: 0 });
    expect(states()).toContainEqual(['list', 'done', null]);
  });

  test('says what comes next, and what words there are', async () => {
    expect(await run('retry', 'failed')).toEqual({
      code: 0,
      stdout: '1 file will be tried again\n',
      stderr: 'The next `gdrive-sync sync` fetches them.\n',
    });
    const { code, stderr } = await run('retry', 'timeuot');
    expect(code).toBe(2);
    expect(stderr).toMatch(/hint: reasons and states are .*timeout/);
  });

  test('needs the texts to be on', async () => {
    switchOn({ on: false });
    const { code, stderr } = await run('retry', 'failed');
    expect(code).toBe(1);
    expect(stderr).toContain('`gdrive-sync content on --text`');
    expect(states()).toContainEqual(['invoice', 'failed', 'malformed']);
  });
});
