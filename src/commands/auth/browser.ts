import { spawn } from 'node:child_process';
import type { Environment } from '../../config';

/** A command that still runs after this time has opened a browser; one that fails earlier has not. */
const START_LIMIT_MS = 1_000;

/** Opens a web address in $BROWSER, or in the default browser; returns false if that did not work. */
export async function openBrowser(address: string, env: Environment): Promise<boolean> {
  if (!/^https?:\/\//.test(address)) return false;
  const { command, args } = opener(address, env);
  const child = spawn(command, args, { stdio: 'ignore', detached: true, windowsVerbatimArguments: true });
  child.unref();
  return await new Promise((resolve) => {
    const timer = setTimeout(() => resolve(true), START_LIMIT_MS);
    const settle = (worked: boolean): void => {
      clearTimeout(timer);
      resolve(worked);
    };
    child.once('error', () => settle(false));
    child.once('exit', (code) => settle(code === 0));
  });
}

function opener(address: string, env: Environment): { command: string; args: string[] } {
  const chosen = env['BROWSER'];
  if (chosen !== undefined && chosen !== '') return { command: chosen, args: [address] };
  if (process.platform === 'darwin') return { command: 'open', args: [address] };
  if (process.platform === 'win32')
    return { command: 'cmd', args: ['/c', 'start', '""', address.replaceAll('&', '^&')] };
  return { command: env['WSL_DISTRO_NAME'] === undefined ? 'xdg-open' : 'wslview', args: [address] };
}
