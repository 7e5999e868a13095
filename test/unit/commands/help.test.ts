/** The help of every command at 80 columns. Read the snapshot before you accept a change of it. */
import type { Command } from 'commander';
import { inertProgram } from '../../support/in-process';

function* withNames(command: Command, name: string): Generator<[string, Command]> {
  yield [name, command];
  for (const below of command.commands) yield* withNames(below, `${name} ${below.name()}`);
}

test.each([...withNames(inertProgram(), 'gdrive-sync')])('%s --help', (_name, command) => {
  let text = '';
  command.configureOutput({ ...command.configureOutput(), writeOut: (part) => (text += part) });
  command.outputHelp();
  expect(text).toMatchSnapshot();
  expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
});
