import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { SETTINGS } from '../config';
import { LOG_LEVELS } from '../log';
import { wrapped } from './render/text';
import { registerAccounts } from './accounts/register';
import { registerAuth } from './auth/register';
import { registerContent } from './content/register';
import { registerData } from './data/register';
import { registerDemo } from './demo/register';
import { registerDoctor } from './doctor/register';
import { registerFiles, registerSearch } from './files/register';
import { registerJobControl, registerStatus } from './jobs/register';
import { registerSchedule } from './schedule/register';
import type { Host } from './shared/host';
import type { Invoke } from './shared/invoke';
import { registerInitiate, registerSync, registerUp } from './sync/register';

const EXAMPLES = `
Examples:
  gdrive-sync demo                    try it on an emulated Drive
  gdrive-sync auth login --client-secrets client.json
  gdrive-sync sync                    bring the copy up to date
  gdrive-sync search invoice type:pdf after:2026-01
  gdrive-sync up                      keep every account up to date`;

function version(): string {
  const manifest = readFileSync(join(__dirname, '..', '..', 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

const INDENT = 6;

function variables(width: number): string {
  const sections = SETTINGS.map(({ variable, about }) => {
    const [first, ...more] = wrapped(about.replaceAll('`', ''), width, INDENT);
    return [`  ${variable}`, ' '.repeat(INDENT) + first, ...more].join('\n');
  });
  return `\nEnvironment variables:\n${sections.join('\n')}\n`;
}

function widthOf({ stdout }: Host): number {
  return stdout.columns ?? 80;
}

/** Builds the whole command line. The help lists the commands in this order and under these headings. */
export function buildProgram(host: Host, createActions: (program: Command) => Invoke): Command {
  const program = new Command('gdrive-sync');
  const invoke = createActions(program);
  program
    .description("Keeps a complete, current copy of Google Drive's metadata in local SQLite")
    .version(version(), '-V, --version', 'print the version')
    .option('--home <folder>', 'folder that holds stores and logins (GDRIVE_SYNC_HOME)')
    .option('--account <name>', 'account name (GDRIVE_SYNC_ACCOUNT; default: "default")')
    .option('--json', 'print results as JSON')
    .option('-q, --quiet', 'print only results, errors and questions')
    .option('-v, --verbose', 'print the stack trace of unexpected errors')
    .addOption(
      new Option('--log-level <level>', 'log level of the worker (default: warn)').choices(LOG_LEVELS),
    )
    .addOption(
      new Option('--log-format <format>', 'log format of the worker (default: pretty)').choices([
        'pretty',
        'json',
      ]),
    )
    .helpOption('-h, --help', 'print help')
    .configureHelp({ showGlobalOptions: true, styleTitle: (title) => title.replace(' Options', ' options') })
    .addHelpText('after', () => `${EXAMPLES}\n${variables(widthOf(host))}`)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void host.stdout.write(text),
      // The help of a group without a command. Errors come from `main`.
      writeErr: (text) => void host.stdout.write(text),
      outputError: () => undefined,
      getOutHelpWidth: () => widthOf(host),
    });
  program.commandsGroup('Start:');
  registerDemo(program, invoke);
  registerAuth(program, invoke);
  registerAccounts(program, invoke);
  registerSync(program, invoke);
  registerDoctor(program, invoke, host);
  program.commandsGroup('Ask:');
  registerSearch(program, invoke);
  registerFiles(program, invoke);
  registerData(program, invoke);
  program.commandsGroup('Keep current:');
  registerUp(program, invoke);
  registerSchedule(program, invoke);
  registerStatus(program, invoke);
  registerContent(program, invoke);
  program.commandsGroup('Jobs:');
  registerInitiate(program, invoke);
  registerJobControl(program, invoke);
  program.commandsGroup('Help:');
  for (const command of [program, ...program.commands])
    if (command.commands.length > 0) command.helpCommand('help [command]', 'print help for a command');
  return program;
}
