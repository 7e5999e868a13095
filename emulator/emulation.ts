import { SeededFacts } from './contents/seeded-facts';
import { loadCorpus } from './corpus/load';
import { createUser } from './corpus/people';
import type { DriveFile } from './drive/drive-file';
import { EmulatedDrive } from './drive/emulated-drive';
import { bytesOf, isBody } from './http/body';
import { Media } from './http/media';
import { Parameters } from './http/parameters';
import { findEndpoint } from './http/routes';
import type { ChangeHooks, EmulatorOptions } from './options';
import type { World } from './world/world';

/** Direct access to the Drive of one account. */
export interface Account {
  /** Changes the Drive. */
  readonly world: World;
  /** Every file that the account can find through the API now, with all fields. */
  truth(): IterableIterator<DriveFile>;
  /** The number of files in `truth()`. */
  readonly fileCount: number;
  /**
   * Calls an API method, such as `files.list`, in this process, without authorization, faults or quota.
   * `argument` is the id in the path. Returns the document, or the whole content as a `Buffer`.
   * @throws ApiError for an error response.
   */
  request(method: string, params: Readonly<Record<string, string>>, argument?: string): unknown;
  /** Changes the oddities of the change logs. */
  changes(hooks: ChangeHooks): void;
  /** Invalidates all page tokens that a change log has issued: a shared drive's, or the user's own. */
  killChangeTokens(driveId?: string): void;
}

/** The Drives of all accounts, without a server. */
export interface Emulation extends Account {
  /** The account at this index of the option `others`. */
  other(index: number): Account;
}

const DEFAULT_CORPUS = { kind: 'seed', seed: 1, files: 1000 } as const;

/** Creates the Drive of each account, in the order of the accounts. */
export async function createDrives(options: EmulatorOptions): Promise<EmulatedDrive[]> {
  const others = (options.others ?? []).map(({ user, corpus }, index) => ({
    ...options,
    user: {
      permissionId: `0777${String(index).padStart(16, '0')}`,
      emailAddress: `other${String(index)}@example.com`,
      ...user,
    },
    corpus: corpus ?? { ...DEFAULT_CORPUS, seed: 1001 + index },
  }));
  return Promise.all([options, ...others].map(createDrive));
}

async function createDrive(options: EmulatorOptions): Promise<EmulatedDrive> {
  const user = createUser(options.user);
  const seeded = options.contents === 'seed' ? new SeededFacts() : undefined;
  const corpus = await loadCorpus(options.corpus ?? DEFAULT_CORPUS, user, seeded);
  return new EmulatedDrive(corpus, user, options, seeded);
}

/** Gives direct access to Drives. */
export function emulationOf(drives: readonly EmulatedDrive[]): Emulation {
  const accounts = drives.map(accountOf);
  const [first] = accounts;
  if (first === undefined) throw new Error('an emulation needs an account');
  return Object.assign(first, {
    other(index: number): Account {
      const account = accounts[index + 1];
      if (account === undefined) throw new Error(`there is no other account ${String(index)}`);
      return account;
    },
  });
}

function accountOf(drive: EmulatedDrive): Account {
  return {
    world: drive.world,
    *truth() {
      const { corpus, visibility } = drive;
      for (let slot = 0; slot < corpus.slotCount; slot++)
        if (visibility.isReachable(slot)) yield corpus.file(slot);
    },
    get fileCount() {
      return countFiles(drive);
    },
    request: (method, params, argument = '') => run(drive, { method, params, argument }),
    changes(hooks) {
      drive.hooks = hooks;
    },
    killChangeTokens(driveId) {
      const log = driveId === undefined ? drive.logs.user : drive.drives.get(driveId)?.log;
      if (log === undefined) throw new Error(`there is no drive ${String(driveId)}`);
      log.killTokens();
    },
  };
}

function countFiles({ corpus, visibility }: EmulatedDrive): number {
  let count = 0;
  for (let slot = 0; slot < corpus.slotCount; slot++) if (visibility.isReachable(slot)) count++;
  return count;
}

interface Request {
  method: string;
  params: Readonly<Record<string, string>>;
  argument: string;
}

function run(drive: EmulatedDrive, { method, params, argument }: Request): unknown {
  const found = findEndpoint(method);
  if (found === undefined) throw new Error(`${method} is not emulated`);
  const query = new URLSearchParams({ prettyPrint: 'false', ...params });
  const path = { argument, second: '', origin: 'http://emulator.invalid' };
  const answer = found.endpoint(drive, new Parameters(found.method, query), path);
  if (answer instanceof Media) return Buffer.from(answer.content.read(0, answer.content.size));
  // A document is copied through JSON, so that the caller cannot change the Drive.
  return JSON.parse(isBody(answer) ? bytesOf(answer).toString() : JSON.stringify(answer));
}
