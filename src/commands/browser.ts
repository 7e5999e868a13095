import { spawn } from 'node:child_process';
import type { Environment } from '../config';

/** Opens a web address in the person's browser; false where that did not work. */
export async function openBrowser(address: string, env: Environment): Promise<boolean> {
  const child = spawn(env['BROWSER'] ?? 'xdg-open', [address], { stdio: 'ignore', detached: true });
  return await new Promise((resolve) => {
    child.once('error', () => resolve(false));
    child.once('spawn', () => resolve(true));
  });
}
