import { Option, type Command } from 'commander';
import { port, span } from '../shared/arguments';
import { addExamples } from '../shared/examples';
import type { Invoke } from '../shared/invoke';

/** Registers `auth` and its commands. */
export function registerAuth(program: Command, invoke: Invoke): void {
  const auth = program.command('auth').description('log in to Google, check the login, log out');
  const login = auth
    .command('login')
    .description('log in through the browser, or with the key of a service account')
    .option('--client-secrets <file>', 'JSON file of your own OAuth client of type "Desktop app"')
    .option('--shared-drives', 'request drive.readonly, which listing all shared drives needs')
    .option('--content', 'request drive.readonly, which `content on` needs')
    .option('--no-shared-drives', 'request drive.metadata.readonly only (default of a browser login)')
    .option('--no-browser', 'print the address to open, and paste the resulting address here')
    .option('--port <number>', "local port for the browser's answer (default: a free port)", port('--port'))
    .option('--timeout <span>', 'how long to wait for the browser (default: 5m)', span('--timeout'))
    .option(
      '--service-account <file>',
      'JSON key of a service account (requests drive.readonly unless --no-shared-drives)',
    )
    .option('--subject <email>', 'user of the domain that the service account acts for')
    .addOption(new Option('--adc', "use this machine's application default credentials"))
    .action(invoke(async () => (await import('./login.js')).runAuthLogin));
  addExamples(login, [
    ['auth login --client-secrets client.json', 'the first login'],
    ['auth login', 'a new login, same client'],
    ['auth login --no-browser', 'on a server'],
    ['auth login --service-account key.json', 'with a key'],
  ]);
  auth
    .command('status')
    .description('ask Drive who is logged in and what the login can read')
    .action(invoke(async () => (await import('./status.js')).runAuthStatus));
  auth
    .command('logout')
    .description('revoke the login and delete it from this machine; the copy is kept')
    .action(invoke(async () => (await import('./logout.js')).runAuthLogout));
}
