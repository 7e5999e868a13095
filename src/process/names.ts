import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Home } from './home';

/** The code revision of the workflows that this installation runs, written by the build. */
export function workflowRevision(): string {
  const { revision } = JSON.parse(readFileSync(join(__dirname, '..', 'workflow-revision.json'), 'utf8')) as {
    revision: string;
  };
  return revision;
}

/** The queue that this home's worker polls: workflows of many homes can share a server. */
export function taskQueueOf(home: Home): string {
  return `gdrive-sync-${home.id}`;
}

/** The prefix of the identity under which a process polls as a worker. */
export function identityOf(pid: number): string {
  return `gdrive-sync-${String(pid)}-`;
}
