import type { Command } from 'commander';
import { count } from '../shared/arguments';
import { addExamples } from '../shared/examples';
import type { Invoke } from '../shared/invoke';

/** Registers `demo`: see `runDemo`. */
export function registerDemo(program: Command, invoke: Invoke): void {
  const demo = program
    .command('demo')
    .description('crawl an emulated Drive, kill the crawl halfway, resume it, and verify the copy')
    .option('--files <count>', 'number of files in the emulated Drive', count('--files'), 50_000)
    .option('--from <folder>', 'emulate a Drive with the names, sizes, times and tree of a real folder')
    .option('--no-kill', 'do not kill the sync halfway')
    .option('--keep', 'keep running afterwards, with the Temporal Web UI')
    .action(invoke(async () => (await import('./demo.js')).runDemo));
  addExamples(demo, [
    ['demo', '50,000 files, in about two minutes'],
    ['demo --files 5000 --keep', 'a small one that stays, to try more'],
    ['demo --from ~/Documents', 'your own names and sizes'],
  ]);
}
