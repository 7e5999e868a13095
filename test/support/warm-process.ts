/** One process for the commands of a test file: a process for each would spend a second on loading the same modules. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const PROGRAM = join(__dirname, 'run-commands.cjs');
/** Node reads these only when a process starts. */
const READ_AT_START = ['NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS'];

/** Settings of a command; undefined takes a variable away. */
export type Env = Readonly<Record<string, string | undefined>>;

/** What a command left behind. `code` is null where a signal ended it. */
export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

let child: ChildProcess | undefined;
let running: { output: Outcome; settle: (outcome: Outcome) => void } | undefined;

/** Whether a command with this environment can be run now: one at a time, and not one that needs a new process. */
export function isWarm(env: Env): boolean {
  return running === undefined && READ_AT_START.every((name) => env[name] === undefined);
}

/** Runs one command as `dist/cli.js` would. One that takes longer than `limitMs` is killed, with its process. */
export async function runWarm(args: readonly string[], env: Env, limitMs: number): Promise<Outcome> {
  const used = (child ??= start());
  const limit = setTimeout(() => used.kill('SIGKILL'), limitMs);
  try {
    return await new Promise((settle) => {
      running = { output: { code: null, stdout: '', stderr: '' }, settle };
      used.send({ args, env });
    });
  } finally {
    clearTimeout(limit);
    running = undefined;
  }
}

function start(): ChildProcess {
  const started = fork(PROGRAM, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  started.on('message', (message: Partial<Outcome>) => {
    if (running === undefined) return;
    const { output, settle } = running;
    output.stdout += message.stdout ?? '';
    output.stderr += message.stderr ?? '';
    if (message.code !== undefined) settle({ ...output, code: message.code });
  });
  started.on('exit', (code) => {
    if (child === started) child = undefined;
    running?.settle({ ...running.output, code });
  });
  return started;
}

/** Ends the process. */
export async function endWarm(): Promise<void> {
  if (child === undefined) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
