import type { Command } from 'commander';
import type { Host } from '../shared/host';
import { addExamples } from '../shared/examples';
import type { Invoke } from '../shared/invoke';

/** A check that timed out may still hold a connection open. */
const LINGER_MS = 500;

/** Registers `doctor`: see `runDoctor`. */
export function registerDoctor(program: Command, invoke: Invoke, host: Pick<Host, 'leaveWithin'>): void {
  const act = invoke(async () => (await import('./doctor.js')).runDoctor);
  const doctor = program
    .command('doctor')
    .description('check everything that a sync needs, and show what is wrong and how to fix it')
    .action(async () => {
      await act();
      host.leaveWithin(LINGER_MS);
    });
  addExamples(doctor, [
    ['doctor', 'exit code 1 if something is wrong'],
    ['doctor --json', 'for a monitor'],
  ]);
}
