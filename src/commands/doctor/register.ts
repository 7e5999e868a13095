import type { Command } from 'commander';
import type { Host } from '../shared/host';
import type { Invoke } from '../shared/invoke';

/** A check that did not answer in time may still hold a connection open. */
const LINGER_MS = 500;

/** Registers `doctor`: see `runDoctor`. */
export function registerDoctor(program: Command, invoke: Invoke, host: Pick<Host, 'leaveWithin'>): void {
  const act = invoke(async () => (await import('./doctor.js')).runDoctor);
  program
    .command('doctor')
    .description('check everything that a sync needs, and say what is wrong and what to do')
    .action(async () => {
      await act();
      host.leaveWithin(LINGER_MS);
    });
}
