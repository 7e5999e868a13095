import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SETTINGS } from '../../src/config';
import { FAILURES } from '../../src/model/failure';
import { PARTIAL_REASONS } from '../../src/model/reasons';
import { describeViews, VIEWS } from '../../src/queries/views';
import { inertProgram } from '../support/in-process';
import { openForWriting } from '../../src/store/sqlite/open';

const ROOT = join(__dirname, '..', '..');
const program = inertProgram();
const COMMANDS = program.commands.map((command) => command.name()).filter((name) => name !== 'help');
const GROUPS = program.commands.filter(({ commands }) => commands.length > 0);

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

test("the reference's table of settings is the program's own", () => {
  const rows = SETTINGS.map(
    ({ variable, flag, about }) =>
      `| \`${variable}\` | ${flag === undefined ? '' : `\`${flag}\``} | ${about} |`,
  );
  const table = ['| variable | flag | meaning |', '| --- | --- | --- |', ...rows].join('\n');
  const [before = '', , after = ''] = read('docs/reference.md').split(/<!-- \/?settings -->/);
  expectGenerated(
    'docs/reference.md',
    `${before}<!-- settings -->\n\n${table}\n\n<!-- /settings -->${after}`,
  );
});

test('every reason for which a job waits, fails or is partial is in docs/trouble.md', () => {
  const trouble = read('docs/trouble.md');
  const reasons = [...Object.values(FAILURES), ...Object.values(PARTIAL_REASONS)].map(({ says }) => says);
  expect(reasons.filter((says) => !trouble.includes(`| ${says} |`))).toEqual([]);
});

test.each(COMMANDS)('`%s` is in the reference, and what it prints for programs is documented', (command) => {
  expect(read('docs/reference.md')).toContain(`\`${command}`);
  expect(read('docs/cli-json.md')).toMatch(new RegExp(`\`${command}\\b`));
});

test.each(GROUPS.map((group) => [group.name(), group]))(
  'every command of `%s` is in the reference and has a description',
  (name, { commands }) => {
    for (const command of commands) {
      expect(read('docs/reference.md')).toMatch(new RegExp(`\`${name} [^\`]*\\b${command.name()}\\b`));
      expect(command.description()).not.toBe('');
    }
  },
);

test('there are commands, and each has a description', () => {
  expect(COMMANDS).toContain('sync');
  for (const command of program.commands) expect([command.name(), command.description()]).not.toContain('');
});
