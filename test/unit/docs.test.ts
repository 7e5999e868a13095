import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SETTINGS } from '../../src/config';
import { describeViews, VIEWS } from '../../src/queries/views';
import { openForWriting } from '../../src/store/sqlite/open';

const ROOT = join(__dirname, '..', '..');
const COMMANDS = [
  'auth',
  'demo',
  'sync',
  'up',
  'initiate',
  'status',
  'pause',
  'resume',
  'cancel',
  'terminate',
  'reset',
  'delete',
  'schedule',
  'search',
  'ls',
  'info',
  'du',
  'doctor',
  'history',
  'export',
  'sql',
];
const GROUPS = {
  auth: ['login', 'status', 'logout'],
  schedule: ['set', 'show', 'pause', 'resume', 'trigger', 'remove'],
};
/** A command and what it belongs to, as `src/cli.ts` registers it. */
const REGISTERED = /(program|auth|schedule)\s*\.command\('([a-z-]+)'\)\s*\.description\(/g;

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

/** The generated part of a page: `UPDATE_DOCS=1` writes it, otherwise it has to be there already. */
function expectGenerated(file: string, expected: string): void {
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(join(ROOT, file), expected);
  expect(read(file)).toBe(expected);
}

test('docs/schema.md describes the views as the program does', () => {
  expectGenerated('docs/schema.md', describeViews());
});

test('every view and column of the store is documented, and nothing else', () => {
  const db = openForWriting(':memory:');
  try {
    const views = db
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY name")
      .pluck()
      .all();
    expect(VIEWS.map(({ name }) => name).toSorted()).toEqual(views);
    for (const { name, columns } of VIEWS) {
      const actual = db.prepare('SELECT name FROM pragma_table_info(?) ORDER BY cid').pluck().all(name);
      expect(columns.map(([column]) => column)).toEqual(actual);
      expect(columns.filter(([, meaning]) => meaning === '')).toEqual([]);
    }
  } finally {
    db.close();
  }
});

test("the README's table of settings is the program's own", () => {
  const rows = SETTINGS.map(
    ({ variable, flag, about }) =>
      `| \`${variable}\` | ${flag === undefined ? '' : `\`${flag}\``} | ${about} |`,
  );
  const table = ['| variable | flag | meaning |', '| --- | --- | --- |', ...rows].join('\n');
  const [before = '', , after = ''] = read('README.md').split(/<!-- \/?settings -->/);
  expectGenerated('README.md', `${before}<!-- settings -->\n\n${table}\n\n<!-- /settings -->${after}`);
});

test.each(COMMANDS)('`%s` is in the README, and what it prints for programs is documented', (command) => {
  expect(read('README.md')).toContain(`\`${command}`);
  expect(read('docs/cli-json.md')).toMatch(new RegExp(`\`${command}\\b`));
});

test.each(Object.entries(GROUPS))('every command of `%s` is in the README', (group, commands) => {
  for (const command of commands)
    expect(read('README.md')).toMatch(new RegExp(`\`${group} [^\`]*\\b${command}\\b`));
});

test('every registered command has a description and is documented', () => {
  const source = read('src/cli.ts');
  const registered = [...source.matchAll(REGISTERED)];
  const of = (parent: string) =>
    new Set(registered.filter(([, each]) => each === parent).map(([, , name]) => name));
  expect(of('program')).toEqual(new Set(COMMANDS));
  for (const [group, commands] of Object.entries(GROUPS)) expect(of(group)).toEqual(new Set(commands));
  expect(source.match(/\.command\('/g)).toHaveLength(registered.length);
});
