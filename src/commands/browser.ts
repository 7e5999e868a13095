import { spawn } from 'node:child_process';

/** Opens a web address in the person's browser; false where that did not work. */
export async function openBrowser(address: string): Promise<boolean> {
  const child = spawn(process.env['BROWSER'] ?? 'xdg-open', [address], { stdio: 'ignore', detached: true });
  return await new Promise((resolve) => {
    child.once('error', () => resolve(false));
    child.once('spawn', () => resolve(true));
  });
}
