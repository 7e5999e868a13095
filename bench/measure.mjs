// Runs commands of the command line as whole processes, and says what they took.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cpuMsOf } from './process-usage.mjs';
import { median, quantile } from './quantile.mjs';

/** The program as it is built. */
export const CLI = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const LOOK_EVERY_MS = 20;
/** A command that hangs must not keep the others from being measured. */
const LIMIT_MS = 3_600_000;

/** The most memory that a process has had resident so far, in MB; undefined once it is gone. */
function peakRssMb(pid) {
  try {
    const [, kb] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kb === undefined ? undefined : Number(kb) / 1024;
  } catch {
    return undefined;
  }
}

/**
 * Runs a command to its end. `sink`: keep nothing of stdout but its length; `watch`: looks at the process, and returns what ends that; `ends`:
 * the exit codes and signals that are no error. `firstMs` is when it first wrote to stdout; `cpuMs` is the CPU time of its own process.
 */
export async function runCommand(
  args,
  { home, env = {}, sink = false, watch, ends = [0], limitMs = LIMIT_MS },
) {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [CLI, ...args], {
    env: { ...process.env, GDRIVE_SYNC_HOME: home, NO_PROXY: '127.0.0.1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: limitMs,
  });
  const endWatch = watch?.(child.pid);
  let rssMb = 0;
  let cpuMs = 0;
  const look = setInterval(() => {
    rssMb = peakRssMb(child.pid) ?? rssMb;
    cpuMs = cpuMsOf(child.pid) ?? cpuMs;
  }, LOOK_EVERY_MS);
  const output = { stdout: '', stderr: '', bytes: 0 };
  let firstMs;
  child.stdout.on('data', (chunk) => {
    firstMs ??= performance.now() - startedAt;
    output.bytes += chunk.length;
    if (!sink) output.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => (output.stderr += chunk));
  const [code, signal] = await once(child, 'close');
  clearInterval(look);
  const watched = endWatch?.();
  const end = code ?? signal;
  if (!ends.includes(end)) throw new Error(`${args.join(' ')} ended with ${end}: ${output.stderr}`);
  return { ms: performance.now() - startedAt, firstMs, cpuMs, rssMb, watched, end, ...output };
}

/** Runs a command several times and takes the medians. */
export async function medianOf(times, args, options) {
  const runs = [];
  for (let run = 0; run < times; run++) runs.push(await runCommand(args, options));
  return {
    ms: median(runs.map(({ ms }) => ms)),
    p95Ms: quantile(
      runs.map(({ ms }) => ms),
      0.95,
    ),
    rssMb: median(runs.map(({ rssMb }) => rssMb)),
    bytes: runs[0].bytes,
  };
}
