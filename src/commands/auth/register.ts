import { Option, type Command } from 'commander';
import { port, span } from '../shared/arguments';
import type { Invoke } from '../shared/invoke';

/** Registers `auth` and its commands. */
export function registerAuth(program: Command, invoke: Invoke): void {
  const auth = program.command('auth').description('log the account in to Google, check the login, log out');
  auth
    .command('login')
    .description('log in through the browser, or with the key of a service account')
    .option('--client-secrets <file>', 'JSON file of your own OAuth client of type "Desktop app"')
    .option('--shared-drives', 'ask for the right to list all shared drives (drive.readonly)')
    .option('--no-shared-drives', 'ask for metadata only (drive.metadata.readonly)')
    .option('--no-browser', 'print the address instead of opening a browser; paste the answer')
    .option(
      '--port <number>',
      'port that receives the answer of the browser (default: a free one)',
      port('--port'),
    )
    .option('--timeout <span>', 'how long to wait for the browser (default: 5m)', span('--timeout'))
    .option('--service-account <file>', 'JSON key of a service account instead of a person')
    .option('--subject <email>', 'user of the domain for whom the service account acts')
    .addOption(new Option('--adc', "use this machine's application default credentials"))
    .action(invoke(async () => (await import('./login.js')).runAuthLogin));
  auth
    .command('status')
    .description('ask Drive whose login it is and what it may read')
    .action(invoke(async () => (await import('./status.js')).runAuthStatus));
  auth
    .command('logout')
    .description('revoke the login and delete it from this machine; the copy stays')
    .action(invoke(async () => (await import('./logout.js')).runAuthLogout));
}
