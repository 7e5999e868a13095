import { setTimeout as delay } from 'node:timers/promises';
import { EXIT } from '../../errors';
import { placesOf, type HomePlaces } from '../../process/home';
import type { Context } from '../shared/context';
import { broken, fromError, type Finding } from './finding';
import { checkHome, checkNativeModule, checkNode, checkProxies } from './machine';
import { countOf, printable, wrapped } from '../render/text';

/** The width of a mark and the gap after it. */
const INDENT = 9;
const CHECK_LIMIT_MS = 6_000;

/**
 * Checks everything that a sync needs, and prints what is wrong and how to fix it. Changes nothing, except
 * that it creates a missing home.
 */
export async function runDoctor(context: Context): Promise<number> {
  const { json, out } = context;
  const findings: Finding[] = [];
  for await (const finding of examine(context)) {
    findings.push(finding);
    if (!json) for (const line of describe(finding, context)) out(line);
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

/** Skips checks that depend on something broken, which already has a line of its own. */
async function* examine(context: Context): AsyncGenerator<Finding> {
  yield checkNode(process.versions.node);
  const native = checkNativeModule();
  yield native;
  const home = checkHome(context);
  yield* home;
  const hasHome = home.every(({ check, level }) => check !== 'home' || level !== 'error');
  if (hasHome && native.level !== 'error') {
    yield* await examineWorker(context);
    yield* examineStores(context);
    yield* await examineTemporal(context);
  }
  yield* checkProxies(context.config.env);
  yield* examineGoogle(context, hasHome);
}

async function examineWorker(context: Context): Promise<Finding[]> {
  return await guarded(context, 'worker', async () => {
    const { checkWorker, tellLog } = await import('./worker.js');
    return [checkWorker(context.home), tellLog(context.home)];
  });
}

async function* examineStores(context: Context): AsyncGenerator<Finding> {
  const { home } = context;
  for (const account of accountsOf(context, home)) {
    const findings = await guarded(context, 'store', async () => {
      const { checkStore } = await import('./stores.js');
      return await checkStore(home, account);
    });
    yield* of(account, findings);
  }
}

async function examineTemporal(context: Context): Promise<Finding[]> {
  return await guarded(context, 'temporal', async () => {
    const { checkTemporal } = await import('./temporal.js');
    return await checkTemporal(context);
  });
}

/** Checks Drive before the logins, which need it. Without a home, only the settings can hold a login. */
async function* examineGoogle(context: Context, hasHome: boolean): AsyncGenerator<Finding> {
  const { config } = context;
  let answers = false;
  const drive = await guarded(context, 'drive', async (signal) => {
    const { checkDrive } = await import('./drive.js');
    const state = await checkDrive(config, signal);
    ({ answers } = state);
    return state.findings;
  });
  const home = placesOf(config.home);
  const accounts = accountsOf(context, home).filter(
    (account) => hasHome || (account === config.account && hasGivenLogin(context)),
  );
  for (const account of accounts) yield* of(account, await examineLogin(context, home, { account, answers }));
  yield* drive;
}

async function examineLogin(
  context: Context,
  home: HomePlaces,
  { account, answers }: { account: string; answers: boolean },
): Promise<Finding[]> {
  const { checkCredentials, askLogin } = await import('./login.js');
  const place = { config: context.config, home, account };
  const credentials = checkCredentials(place);
  if (!answers || credentials.some(({ level }) => level === 'error')) return credentials;
  return [...credentials, ...(await guarded(context, 'login', (signal) => askLogin(place, signal)))];
}

function of(account: string, findings: readonly Finding[]): Finding[] {
  return findings.map((finding) => ({ ...finding, account }));
}

/** The account that the user named, otherwise all; if there are none, the one that a sync would create. */
function accountsOf(context: Context, home: HomePlaces): string[] {
  const { accountNamed, config } = context;
  if (accountNamed) return [config.account];
  const known = new Set([...listed(home.accounts), ...listed(home.logins)]);
  if (known.size === 0 || hasGivenLogin(context)) known.add(config.account);
  return [...known].toSorted();
}

/** True if environment variables give the selected account a login. */
function hasGivenLogin({ config: { accessToken, applicationCredentials } }: Context): boolean {
  return accessToken !== undefined || applicationCredentials !== undefined;
}

/** Empty if the home cannot be read, which has a line of its own. */
function listed(accounts: () => string[]): string[] {
  try {
    return accounts();
  } catch {
    return [];
  }
}

/** Runs a check so that its error or a hang does not affect the other checks. */
async function guarded(
  context: Context,
  check: string,
  look: (signal: AbortSignal) => Promise<Finding[]>,
): Promise<Finding[]> {
  const over = new AbortController();
  const signal = AbortSignal.any([context.signal, over.signal]);
  const late = delay(CHECK_LIMIT_MS, undefined, { signal }).then(
    () => [broken(check, `did not answer within ${String(CHECK_LIMIT_MS / 1000)} s`, 'try again')],
    () => [],
  );
  const looked = look(signal).catch((error: unknown) => [fromError(check, error)]);
  try {
    return await Promise.race([looked, late]);
  } finally {
    over.abort();
    context.signal.throwIfAborted();
  }
}

const MARKS = { ok: 'ok     ', warning: 'warning', error: 'ERROR  ' } as const;

function describe(
  { check, account, level, says, remedy }: Finding,
  { config, complete, streams: { stdout } }: Context,
): string[] {
  const about = account === undefined ? check : `${check} ${account}`;
  const width = stdout.isTTY === true ? stdout.columns : undefined;
  const lines = wrapped(printable(`${MARKS[level]}  ${about}: ${says}`), width, INDENT);
  if (remedy === undefined) return lines;
  const told = wrapped(printable(`-> ${complete(remedy, account ?? config.account)}`), width, INDENT);
  return [...lines, ...told.map((line, at) => (at === 0 ? ' '.repeat(INDENT) + line : line))];
}
