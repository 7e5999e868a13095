import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The resident memory of a process in bytes; undefined if it is gone or cannot be asked. */
export function residentMemory(pid: number): Promise<number | undefined> {
  return process.platform === 'linux' ? Promise.resolve(fromProc(pid)) : fromPs(pid);
}

function fromProc(pid: number): number | undefined {
  try {
    // In kilobytes, unlike statm, whose pages differ between machines.
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'latin1'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}

function fromPs(pid: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    execFile('ps', ['-o', 'rss=', '-p', String(pid)], (error, output) => {
      const kilobytes = Number(output.trim());
      resolve(error !== null || !(kilobytes > 0) ? undefined : kilobytes * 1024);
    });
  });
}
