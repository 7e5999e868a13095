import type { Command } from 'commander';
import { addExamples } from '../shared/examples';
import type { Invoke } from '../shared/invoke';

/** Registers `accounts`, which lists them, and `account`, whose commands change one. */
export function registerAccounts(program: Command, invoke: Invoke): void {
  program
    .command('accounts')
    .description('list every account with its Google account, copy and login')
    .action(invoke(async () => (await import('./list.js')).runAccounts));
  const account = program.command('account').description('rename or remove an account');
  account
    .command('rename <old> <new>')
    .description('give an account another name; its copy, history, schedule and login stay')
    .action(invoke(async () => (await import('./rename.js')).runAccountRename));
  account
    .command('remove <name>')
    .description('delete an account from this machine: its copy, history, jobs, schedule and login')
    .option('--revoke', 'also revoke the login at Google')
    .option('--yes', 'do not ask for confirmation')
    .action(invoke(async () => (await import('./remove.js')).runAccountRemove));
  addExamples(account, [
    ['account rename default private'],
    ['account remove demo'],
    ['account remove work --revoke --yes'],
  ]);
}
