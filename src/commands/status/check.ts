import { existsSync } from 'node:fs';
import { EXIT } from '../../errors';
import { walkRemovalsText } from '../jobs/walk-text';
import { typedSpan } from '../render/span';
import { formatAge, formatZoned } from '../render/text';
import type { Context } from '../shared/context';
import { accountRows, type AccountRow } from './account-rows';

/** Default of `--max-age`, in ms. */
export const DEFAULT_MAX_AGE_MS = 3_600_000;

/** Drive's clock and this machine's may differ by this much. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

/** `problem`: too old, or somebody has to do something. `ignored`: without a login, nothing keeps it current. */
export type Verdict = 'ok' | 'partial' | 'problem' | 'ignored';

/** The verdict on one account, and why. */
export interface CheckedAccount {
  account: string;
  verdict: Verdict;
  says: string;
}

/** Judges how an account stands at `now`. Times in ms. */
export function judge(row: AccountRow, limits: { maxAgeMs: number; now: number }): CheckedAccount {
  return { account: row.account, ...(obstacle(row) ?? judgeCopy(row, limits)) };
}

type Judgment = Omit<CheckedAccount, 'account'>;

/** What decides before the age of the copy matters; undefined if nothing does. */
function obstacle({ standing, reason, login, state }: AccountRow): Judgment | undefined {
  if (standing === 'unreadable') return { verdict: 'problem', says: reason ?? 'the store cannot be read' };
  if (standing === 'waiting')
    return { verdict: 'problem', says: `waits for you: ${reason ?? 'see `gdrive-sync status`'}` };
  if (login === 'none') return { verdict: 'ignored', says: 'not kept current, because it has no login' };
  const removals = state?.walk?.removals ?? 0;
  return removals > 0
    ? { verdict: 'problem', says: `waits for you: ${walkRemovalsText(removals)}` }
    : undefined;
}

function judgeCopy(
  { standing, reason, state }: AccountRow,
  { maxAgeMs, now }: { maxAgeMs: number; now: number },
): Judgment {
  const because = reason === undefined ? '' : `: ${reason}`;
  const at = state?.completeAt;
  if (at === undefined) return { verdict: 'problem', says: `no complete copy yet${because}` };
  const age = `as of ${formatZoned(at)} (${formatAge(at, now)})`;
  const problem = ageProblem(at, { maxAgeMs, now });
  if (problem !== undefined) return { verdict: 'problem', says: `${age}, ${problem}${because}` };
  if (state?.result === 'partial') return { verdict: 'partial', says: `${age}${because}` };
  return { verdict: 'ok', says: standing === 'failed' ? `${age}; the last sync failed${because}` : age };
}

/** A copy from the future is as old as the clock is wrong. */
function ageProblem(at: number, { maxAgeMs, now }: { maxAgeMs: number; now: number }): string | undefined {
  if (at - now > CLOCK_TOLERANCE_MS) return "which is in the future: this machine's clock is wrong";
  return now - at > maxAgeMs ? `older than ${typedSpan(maxAgeMs)}` : undefined;
}

/** 0 if all accounts that are kept current are fine, 3 if something is partial, otherwise 1. */
export function exitCodeOf(checked: readonly CheckedAccount[]): number {
  const verdicts = new Set(checked.map(({ verdict }) => verdict));
  if (verdicts.has('problem') || !(verdicts.has('ok') || verdicts.has('partial'))) return EXIT.failure;
  return verdicts.has('partial') ? EXIT.partial : EXIT.ok;
}

/** Prints a line for each account, for monitoring; returns the exit code. */
export function runCheck(context: Context, maxAgeMs = DEFAULT_MAX_AGE_MS): number {
  const { config, json, out, complete } = context;
  const now = Date.now();
  // Monitoring makes no home.
  const rows = existsSync(config.home) ? accountRows(context) : [];
  const checked = rows.map((row) => judge(row, { maxAgeMs, now }));
  if (json) out(JSON.stringify({ accounts: checked }));
  else
    for (const { account, verdict, says } of checked)
      out(complete(`${account}: ${verdict}: ${says}`, account));
  if (checked.length === 0) context.tell('There is no account yet. Log in with `gdrive-sync auth login`.');
  return exitCodeOf(checked);
}
