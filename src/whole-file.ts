import { renameSync, rmSync, writeFileSync } from 'node:fs';

/** Writes a file (mode 0600) atomically: a reader sees the old or the new content, never a part. */
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
