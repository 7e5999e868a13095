import type { Command } from 'commander';

/** A command line without the name of the program, and what it is for if that is not plain. */
export type Example = readonly [line: string, about?: string];

/** Adds examples at the end of a command's help. Lines longer than 80 columns fail the test of the help. */
export function addExamples(command: Command, examples: readonly Example[]): Command {
  const width = Math.max(...examples.map(([line]) => line.length));
  const lines = examples.map(([line, about = '']) =>
    `  gdrive-sync ${line.padEnd(width)}  ${about}`.trimEnd(),
  );
  return command.addHelpText('after', ['', 'Examples:', ...lines].join('\n'));
}
