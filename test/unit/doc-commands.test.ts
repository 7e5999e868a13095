/** Every `gdrive-sync` command line in README, docs and help names a command and options that exist. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommanderError, type Command } from 'commander';
import { withWords } from '../../src/commands/main';
import { inertProgram } from '../support/in-process';

const ROOT = join(__dirname, '..', '..');
const PAGES = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];
/** A command line ends at a pipe, a redirection, a comment, a bracket of the shell, or the code's end. */
const COMMAND_LINE = /(?:^|[\s('`])gdrive-sync((?: +(?:'[^']*'|"[^"]*"|<[\w ,-]+>|[^\s'"|<>;#&`()]+))+)/gm;

/** The text in code blocks and between backticks. */
function codeOf(markdown: string): string {
  const blocks = [...markdown.matchAll(/^```\w*\n(.*?)^```$/gms)].map(([, code = '']) => code);
  const inline = [...markdown.replaceAll(/^```.*?^```/gms, '').matchAll(/`([^`]+)`/g)].map(
    ([, code = '']) => code,
  );
  return [...blocks, ...inline.map((code) => code.replaceAll('\n', ' '))].join('\n');
}

function commandLinesOf(code: string): string[][] {
  return [...code.replaceAll('\\\n', ' ').matchAll(COMMAND_LINE)].map(([, line = '']) =>
    (line.match(/'[^']*'|"[^"]*"|<[\w ,-]+>|\S+/g) ?? []).map((word) => word.replaceAll(/^['"]|['"]$/g, '')),
  );
}

function linesOfPage(page: string): string[][] {
  return commandLinesOf(codeOf(readFileSync(join(ROOT, page), 'utf8')));
}

/** Undefined if the program accepts the line. */
async function problemOf(words: readonly string[]): Promise<string | undefined> {
  try {
    await inertProgram().parseAsync(withWords(words), { from: 'user' });
    return undefined;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return undefined;
    return `gdrive-sync ${words.join(' ')}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function problemsOf(lines: readonly string[][]): Promise<string[]> {
  const problems = await Promise.all(lines.map(problemOf));
  return problems.filter((problem) => problem !== undefined);
}

function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({ ...command.configureOutput(), writeOut: (part) => (text += part) });
  command.outputHelp();
  return [text.split('Examples:')[1] ?? '', ...command.commands.map(helpOf)]
    .join('\n')
    .replaceAll(/ {2}(?! *gdrive-sync).*$/gm, '');
}

test('an unknown command, an unknown option and a missing argument are found', async () => {
  const lines = commandLinesOf(
    codeOf('```sh\ngdrive-sync snyc\nx | gdrive-sync ls --tree # y\n```\n`gdrive-sync info`'),
  );
  expect(lines).toEqual([['snyc'], ['ls', '--tree'], ['info']]);
  expect(await problemsOf(lines)).toHaveLength(3);
});

test.each(PAGES)('every command line in %s is valid', async (page) => {
  expect(await problemsOf(linesOfPage(page))).toEqual([]);
});

test('the pages have command lines', () => {
  expect(PAGES.flatMap(linesOfPage).length).toBeGreaterThan(100);
});

test('every example in the help is valid', async () => {
  const lines = commandLinesOf(helpOf(inertProgram()));
  expect(lines.length).toBeGreaterThan(20);
  expect(await problemsOf(lines)).toEqual([]);
});
