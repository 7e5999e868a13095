import { renameSync, rmSync, writeFileSync } from 'node:fs';

/** Writes a file of the owner's alone, so that a reader sees the old content or the new one, never half of it. */
export function writeWhole(path: string, content: string): void {
  const draft = `${path}.${String(process.pid)}.new`;
  try {
    writeFileSync(draft, content, { mode: 0o600 });
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
