import { DAMAGED_STORE_HINT, isDamage } from '../../errors';
import type { HomePlaces } from '../../process/home';
import type { AccountSettings } from '../../model/settings';
import { exceptions } from '../../queries/jobs/exceptions';
import { freshness } from '../../queries/jobs/freshness';
import { sourceStates } from '../../queries/jobs/source-states';
import { accountSettings, boundIdentity, hasUnknownScope, storeFacts } from '../../queries/jobs/store-facts';
import type { Reader } from '../../store/reader';
import { checkIntegrity, OutdatedStore, readStore, storeSize } from '../../process/stores';
import { asOf } from '../shared/as-of';
import { describeExceptions } from '../jobs/exception-lines';
import { countOf, formatSize } from '../render/text';
import { typedSpan } from '../render/span';
import { broken, fromError, ok, quoted, warning, type Finding } from './finding';
import { checkTexts } from './texts';

const STALE_MS = 86_400_000;
const INTEGRITY_LIMIT_MS = 4_000;

/** Checks whether an account's store is intact, whose it is and how old. */
export async function checkStore(home: HomePlaces, account: string): Promise<Finding[]> {
  const path = home.storeOf(account);
  const size = storeSize(path);
  if (size === undefined) return [ok('store', 'no copy yet; `gdrive-sync sync` creates one')];
  const integrity = await checkIntegrity(path, INTEGRITY_LIMIT_MS);
  if (integrity.state === 'damaged') return [damaged(path, integrity.why)];
  const findings = [...look(home, account, size), ...checkTexts(home, account)];
  // The integrity check of a large store times out; the other findings still count.
  if (integrity.state === 'unknown' && findings.every(({ level }) => level !== 'error'))
    findings.push(
      ok('store', `too large for a quick integrity check; run sqlite3 ${quoted(path)} 'PRAGMA quick_check'`),
    );
  return findings;
}

function look(home: HomePlaces, account: string, size: number): Finding[] {
  try {
    return (
      readStore(home, account, (reader) => [
        describeStore(reader, size),
        ...checkFreshness(reader),
        ...checkExceptions(reader),
        describeSettings(accountSettings(reader)),
        ...checkScope(reader),
      ]) ?? []
    );
  } catch (error) {
    if (error instanceof OutdatedStore)
      return [warning('store', error.message, 'the next `gdrive-sync sync` migrates it')];
    return [
      isDamage(error) ? damaged(home.storeOf(account), 'a page cannot be read') : fromError('store', error),
    ];
  }
}

function damaged(path: string, why: string): Finding {
  return broken('store', `the store ${path} is damaged: ${why}`, DAMAGED_STORE_HINT);
}

function describeStore(reader: Reader, size: number): Finding {
  const { files } = storeFacts(reader);
  const owner = boundIdentity(reader);
  const whose = owner === undefined ? 'nobody yet' : (owner.emailAddress ?? owner.permissionId);
  return ok('store', `${countOf(files, 'file')} of ${whose}, ${formatSize(size)}`);
}

function checkFreshness(reader: Reader): Finding[] {
  const { currentAt, partial, walkUnfinished, indexed } = freshness(reader);
  const age = asOf({ currentAt, partial: 0, walkUnfinished });
  const findings: Finding[] = [];
  if (currentAt === undefined) findings.push(ok('store', age));
  else if (Date.now() - currentAt > STALE_MS)
    findings.push(warning('store', age, '`gdrive-sync up` keeps the copy current'));
  else findings.push(ok('store', `${age}, ${indexed ? 'search index built' : 'no search index yet'}`));
  const failing = sourceStates(reader).filter(({ failures }) => failures > 0).length;
  const troubles = [
    currentAt !== undefined && partial > 0 ? `${countOf(partial, 'source')} partial` : undefined,
    failing > 0 ? `${countOf(failing, 'source')} failing` : undefined,
  ].filter((trouble) => trouble !== undefined);
  if (troubles.length > 0)
    findings.push(
      warning('store', troubles.join(', '), '`gdrive-sync status <job>` shows what is missing and why'),
    );
  return findings;
}

/** Warns about items that Drive refuses. Only their owners can fix that, and nothing else is affected. */
function checkExceptions(reader: Reader): Finding[] {
  const lines = describeExceptions(exceptions(reader));
  if (lines.length === 0) return [];
  const says = lines.map((line) => line.trim()).join(' | ');
  return [warning('store', says, 'ask the owners for access; each item is retried within a day')];
}

function describeSettings({ drives, walk, fullEveryMs, historyMs }: AccountSettings): Finding {
  const followed = typeof drives === 'string' ? drives : String(drives.length);
  return ok(
    'settings',
    `shared drives followed: ${followed}; folders shared with me are ${walk ? '' : 'not '}listed; full crawl every ${typedSpan(fullEveryMs)}; events are kept for ${typedSpan(historyMs)}`,
  );
}

function checkScope(reader: Reader): Finding[] {
  if (!hasUnknownScope(reader)) return [];
  const says = 'the setting of shared drives in the store is not valid, so all drives are followed';
  return [warning('settings', says, 'choose again: `gdrive-sync sync --drives all`, none, or ids')];
}
