import type { Command } from 'commander';

/** What `gdrive-sync` prints without a command: the names of all commands, a line for each group. */
export function overview(program: Command): string {
  const groups = new Map<string, string[]>();
  for (const command of program.commands)
    groups.set(command.helpGroup(), [...(groups.get(command.helpGroup()) ?? []), command.name()]);
  const width = Math.max(...[...groups.keys()].map((group) => group.length));
  const lines = [...groups].map(([group, names]) => `  ${group.padEnd(width)}  ${names.join(', ')}`);
  return [
    program.description(),
    '',
    ...lines,
    '',
    '`gdrive-sync --help` describes the commands, `gdrive-sync help sync` one.',
    '',
  ].join('\n');
}
