import { readFileSync, statSync } from 'node:fs';
import { errorMessage } from '../../errors';
import { freshness } from '../../queries/freshness';
import { sourceStates } from '../../queries/source-states';
import { accountSettings, boundIdentity, storeFacts } from '../../queries/store-facts';
import type { Reader } from '../../store/reader';
import { firstDamage, readStore } from '../../stores';
import { tryWorkerRole } from '../../worker-role';
import { asOf } from '../as-of';
import type { Context } from '../context';
import { formatCount, formatSize } from '../render/text';
import { typedSpan } from '../span';
import { broken, fromError, ok, warning, type Finding } from './finding';

const STALE_MS = 86_400_000;

/** Who works in the home. */
export function checkWorker({ home }: Context): Finding {
  const role = tryWorkerRole(home);
  role?.release();
  const pid = pidOf(home.workerFile);
  if (role === undefined) return ok('worker', `process ${String(pid ?? 'unknown')} works in this home`);
  return ok(
    'worker',
    pid === undefined
      ? 'none runs; `gdrive-sync up` or `gdrive-sync sync` starts one'
      : `none runs; process ${String(pid)} ended without a word, and the next one frees what it held`,
  );
}

function pidOf(file: string): number | undefined {
  try {
    return Number((JSON.parse(readFileSync(file, 'utf8')) as { pid: unknown }).pid) || undefined;
  } catch {
    return undefined;
  }
}

/** Whether an account's store is sound, whose it is and how old. */
export function checkStore({ home }: Context, account: string): Finding[] {
  const check = `store ${account}`;
  const path = home.storeOf(account);
  try {
    const findings = readStore(home, account, (reader) => [
      describeStore(check, path, reader),
      ...checkFreshness(check, reader),
      describeSettings(`settings ${account}`, reader),
    ]);
    if (findings === undefined) return [ok(check, 'no copy yet; `gdrive-sync sync` makes one')];
    const damage = firstDamage(path);
    return damage === undefined ? findings : [damaged(check, path, damage)];
  } catch (error) {
    if (/older schema/.test(errorMessage(error)))
      return [warning(check, errorMessage(error), 'the next `gdrive-sync sync` brings it up to date')];
    return [
      /^SQLITE_(CORRUPT|NOTADB)|malformed/.test(errorMessage(error))
        ? damaged(check, path, errorMessage(error))
        : fromError(check, error),
    ];
  }
}

function damaged(check: string, path: string, what: string): Finding {
  return broken(
    check,
    `the store ${path} is damaged: ${what}`,
    'move the file away and run `gdrive-sync sync`: everything in it can be fetched from Drive again',
  );
}

function describeStore(check: string, path: string, reader: Reader): Finding {
  const { files } = storeFacts(reader);
  const owner = boundIdentity(reader);
  const whose = owner === undefined ? 'nobody yet' : (owner.emailAddress ?? owner.permissionId);
  return ok(check, `${formatCount(files)} files of ${whose}, ${formatSize(statSync(path).size)}`);
}

function checkFreshness(check: string, reader: Reader): Finding[] {
  const fresh = freshness(reader);
  const troubled = sourceStates(reader).filter(
    ({ gap, failure }) => gap !== undefined || failure !== undefined,
  );
  const says = asOf(fresh);
  if (fresh.currentAt === undefined) return [ok(check, says)];
  if (troubled.length > 0 || fresh.partial > 0)
    return [warning(check, says, '`gdrive-sync status <job>` says what is missing and why')];
  if (Date.now() - fresh.currentAt > STALE_MS)
    return [warning(check, says, '`gdrive-sync up` keeps the copy current')];
  return [ok(check, `${says}${fresh.indexed ? '' : ', no search index yet'}`)];
}

function describeSettings(check: string, reader: Reader): Finding {
  const { drives, walk, fullEveryMs, historyMs } = accountSettings(reader);
  const followed = typeof drives === 'string' ? drives : String(drives.length);
  return ok(
    check,
    `shared drives followed: ${followed}; folders shared with me are ${walk ? '' : 'not '}looked into; everything is listed every ${typedSpan(fullEveryMs)}; events are kept ${typedSpan(historyMs)}`,
  );
}
