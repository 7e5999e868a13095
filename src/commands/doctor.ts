import { setTimeout as delay } from 'node:timers/promises';
import { EXIT } from '../errors';
import type { Context } from './context';
import { broken, fromError, type Finding } from './doctor/finding';
import { checkHome, checkNativeModule, checkNode } from './doctor/machine';
import { countOf, printable } from './render/text';

const CHECK_LIMIT_MS = 30_000;

/** Looks at everything that the product needs, and says what is wrong and what to do. Changes nothing. */
export async function runDoctor(context: Context): Promise<number> {
  const { json, out } = context;
  const findings: Finding[] = [];
  for await (const finding of examine(context)) {
    findings.push(finding);
    if (!json) for (const line of describe(finding)) out(line);
  }
  const errors = findings.filter(({ level }) => level === 'error').length;
  const warnings = findings.filter(({ level }) => level === 'warning').length;
  if (json) out(JSON.stringify({ findings, errors, warnings }));
  else
    out(
      errors + warnings === 0
        ? 'Everything is as it should be.'
        : `${countOf(errors, 'error')}, ${countOf(warnings, 'warning')}`,
    );
  return errors === 0 ? EXIT.ok : EXIT.failure;
}

/** What cannot be looked at without something that is broken is left out: its own line says enough. */
async function* examine(context: Context): AsyncGenerator<Finding> {
  yield checkNode();
  const native = checkNativeModule();
  yield native;
  const home = checkHome(context);
  yield* home;
  if (home.some(({ check, level }) => check === 'home' && level === 'error')) return;
  if (native.level !== 'error') {
    const stores = await import('./doctor/stores.js');
    yield* await guarded('worker', () => Promise.resolve([stores.checkWorker(context)]));
    for (const account of accountsOf(context))
      yield* await guarded(`store ${account}`, () => Promise.resolve(stores.checkStore(context, account)));
    yield* await guarded('temporal', async () => {
      const { checkTemporal } = await import('./doctor/temporal.js');
      return await checkTemporal(context);
    });
  }
  yield* await guarded('credentials', async () => {
    const { checkGoogle } = await import('./doctor/google.js');
    return await checkGoogle(context);
  });
}

function accountsOf({ accountNamed, config, home }: Context): string[] {
  return accountNamed ? [config.account] : [...new Set([config.account, ...home.accounts()])];
}

/** No check may end the others, or hold them up. */
async function guarded(check: string, look: () => Promise<Finding[]>): Promise<Finding[]> {
  const over = new AbortController();
  const late = delay(CHECK_LIMIT_MS, undefined, { signal: over.signal }).then(
    () => [broken(check, `did not answer within ${String(CHECK_LIMIT_MS / 1000)} s`, 'try again')],
    () => [],
  );
  try {
    return await Promise.race([look(), late]);
  } catch (error) {
    return [fromError(check, error)];
  } finally {
    over.abort();
  }
}

const MARKS = { ok: 'ok     ', warning: 'warning', error: 'ERROR  ' } as const;

function describe({ check, level, says, remedy }: Finding): string[] {
  const line = printable(`${MARKS[level]}  ${check}: ${says}`);
  return remedy === undefined ? [line] : [line, printable(`         -> ${remedy}`)];
}
