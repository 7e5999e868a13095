/** A small copy for the tests of the commands on texts, three hours after it was current. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { NO_CONTENT, type ContentSettings } from '../../src/model/settings';
import { openHome, type Home } from '../../src/process/home';
import { readStore } from '../../src/process/stores';
import { accountSettings } from '../../src/queries/jobs/store-facts';
import { LOGIN } from './emulated';
import type { Written } from './in-process';
import { openSmallCopy, type SmallCopy } from './small-copy';
import { OPENED_AT } from './stores';
import { fillTexts } from './texts';

const PAGE = readFileSync(join(__dirname, '..', '..', 'docs', 'cli-json.md'), 'utf8');

export const TERMINAL = { columns: 80 };
export const NOW = OPENED_AT + 3 * 3_600_000;
/** Of the small copy: Invoice 2025.txt, Notes.txt (of somebody else) and List.txt have a text. */
export const TEXTS = { invoice: { text: 'one' }, notes: { text: 'two' }, list: { text: 'three' } };

export type Json = Record<string, unknown>;

/** What a command wrote for programs. Each of its fields is in the docs. */
export function toJson({ code, stdout }: Written): { code: number; answer: Json } {
  const answer = JSON.parse(stdout) as Json;
  expect(Object.keys(answer).filter((field) => !PAGE.includes(`\`${field}\``))).toEqual([]);
  return { code, answer };
}

/** Opens a copy for each test. */
export function useContentCopy() {
  let copy: SmallCopy;
  let home: Home;
  beforeEach(() => {
    copy = openSmallCopy();
    home = openHome(copy.home);
    jest.spyOn(Date, 'now').mockReturnValue(NOW);
  });
  afterEach(() => {
    jest.restoreAllMocks();
    copy.close();
  });

  function change(sql: string): void {
    const db = new Database(home.storeOf('default'));
    db.function('search_fold', (text: unknown) => text);
    db.exec(sql);
    db.close();
  }
  const run = async (...args: string[]) => await copy.run(['content', ...args]);
  return {
    get copy() {
      return copy;
    },
    get home() {
      return home;
    },
    run,
    /** For commands that write: their clock is the real one. */
    runBuilt: async (...args: string[]) => await copy.runBuilt(['content', ...args]),
    json: async (...args: string[]) => toJson(await run('--json', ...args)),
    settings: (): ContentSettings => readStore(home, 'default', accountSettings)!.content,
    logIn: (scope: string): void =>
      writeFileSync(home.credentialsOf('default'), JSON.stringify({ ...LOGIN, scope }), { mode: 0o600 }),
    change,
    switchOn: (more: Partial<ContentSettings> = {}): void =>
      change(`UPDATE store SET content = '${JSON.stringify({ ...NO_CONTENT, on: true, ...more })}'`),
    fillTexts: (outcomes: Parameters<typeof fillTexts>[1]): void => fillTexts(copy.home, outcomes),
    /** Rows of the texts. */
    texts(sql: string): unknown[][] {
      const db = new Database(home.contentOf('default'), { readonly: true });
      try {
        return db.prepare<[], unknown[]>(sql).raw().all();
      } finally {
        db.close();
      }
    },
  };
}
