import { EXIT } from '../../errors';
import { ageCell, sizeCell } from '../render/cells';
import { formatTable, type Cell } from '../render/table';
import type { Context } from '../shared/context';
import { accountEntry, type AccountEntry, type LoginKind } from './account-entry';

/** Lists every account of the home that has a copy or a login. Needs neither Google nor Temporal. */
export function runAccounts({ config, home, json, out, tell, streams }: Context): number {
  const states = home.known().map((account) => accountEntry(config, home, account));
  if (json) for (const state of states) out(JSON.stringify(state));
  else {
    for (const line of states.length === 0 ? [] : formatTable(COLUMNS, states.map(toCells), streams.stdout))
      out(line);
    for (const { account, error } of states) if (error !== undefined) tell(`Account "${account}": ${error}`);
  }
  if (states.length === 0)
    tell('There are no accounts yet. Log in with `gdrive-sync auth login`, or try `gdrive-sync demo`.');
  return EXIT.ok;
}

const COLUMNS = [
  { title: 'ACCOUNT', whole: true },
  'GOOGLE ACCOUNT',
  'FILES',
  'AS OF',
  'LOGIN',
  { title: 'SIZE', optional: true },
];

const LOGINS: Readonly<Record<LoginKind, string>> = {
  authorized_user: 'browser',
  service_account: 'service account',
  application_default: 'default credentials',
  external: 'external',
  environment: 'environment',
  unreadable: 'cannot be read',
  none: 'none',
};

function toCells(state: AccountEntry): Cell[] {
  const { account, emailAddress = '', files = '', login, loginLost, size } = state;
  return [
    account,
    emailAddress,
    files,
    asOfCell(state),
    loginLost ? `${LOGINS[login]} (lost)` : LOGINS[login],
    sizeCell(size),
  ];
}

function asOfCell({ currentAt, files, store }: AccountEntry): Cell {
  if (currentAt !== undefined) return ageCell(currentAt);
  if (store === undefined) return 'no copy yet';
  return files === undefined ? 'cannot be read' : 'not complete';
}
