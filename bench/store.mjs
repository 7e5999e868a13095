// A home with the synced copy of an emulated Drive, made once and kept among the temporary files.
import { existsSync, mkdtempSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDrive } from './drive.mjs';
import { runCommand } from './measure.mjs';

/** What the synced Drive of a size is made from. */
export function corpusOf(files) {
  const drives = [
    { name: 'Engineering', files: Math.floor(files / 20) },
    { name: 'Marketing', files: Math.floor(files / 50) },
  ];
  const inDrives = drives.reduce((sum, drive) => sum + drive.files, 0);
  return { kind: 'seed', seed: 7, files: files - inDrives, drives };
}

/** The home that holds this many files, synced and indexed. `version` names the schema, so that an older one is not taken for it. */
export async function syncedHome(files, version) {
  const home = join(tmpdir(), `gdrive-sync-bench-${version}-${files}`);
  if (existsSync(home)) return home;
  const drive = await startDrive({ corpus: corpusOf(files), pageCap: 1000 });
  const draft = mkdtempSync(join(tmpdir(), 'gdrive-sync-bench-'));
  try {
    const env = { GDRIVE_SYNC_DRIVE_URL: drive.url, GDRIVE_SYNC_ACCESS_TOKEN: 'emulator-token' };
    await runCommand(['sync'], { home: draft, env });
  } finally {
    await drive.close();
  }
  renameSync(draft, home);
  return home;
}
