import type { Command } from 'commander';
import { count } from '../shared/arguments';
import type { Invoke } from '../shared/invoke';

/** Registers `demo`: see `runDemo`. */
export function registerDemo(program: Command, invoke: Invoke): void {
  program
    .command('demo')
    .description('crawl an emulated Drive, kill the crawl half-way, resume it, and prove the copy exact')
    .option('--files <count>', 'files in the emulated Drive', count('--files'), 50_000)
    .option('--from <folder>', 'emulate a Drive with the names, sizes, times and tree of a real folder')
    .option('--no-kill', 'do not kill the sync half-way')
    .option('--keep', 'stay up afterwards, with the Temporal Web UI')
    .action(invoke(async () => (await import('./demo.js')).runDemo));
}
