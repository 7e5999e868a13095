import type { Account, DriveFile } from '../../../emulator';
import { FOLDER } from '../../../emulator/drive/drive-file';
import {
  childrenOf,
  drain,
  driveItems,
  getFile,
  listed,
  sourceParams,
  startToken,
  WITH_DRIVES,
  type Change,
} from '../../contract/emulator-client';

/** What two views of a Drive are compared by. */
export interface Seen {
  name: string;
  parents: string[];
  trashed: boolean;
}

/**
 * The plainest client that can follow a Drive: it lists everything once, then replays the logs, and asks again for whatever
 * Drive is silent about. It keeps all in memory and makes no use of versions.
 */
export class NaiveClient {
  readonly #account: Account;
  readonly #files = new Map<string, DriveFile>();
  /** The position in each log; '' is the user's own. */
  readonly #tokens = new Map<string, string>();

  constructor(account: Account) {
    this.#account = account;
  }

  /** `between` is what happens while the client lists. */
  crawl(between: () => void): void {
    const { drives } = this.#account.request('drives.list', { pageSize: '100' }) as {
      drives: { id: string }[];
    };
    for (const id of ['', ...drives.map((drive) => drive.id)])
      this.#tokens.set(id, startToken(this.#account, id === '' ? undefined : id));
    between();
    for (const file of listed(this.#account, WITH_DRIVES)) this.#take(file);
    between();
    for (const { id } of drives) {
      if (!this.#account.world.drives().some((drive) => drive.id === id && drive.membership === 'member'))
        continue;
      for (const file of driveItems(this.#account, id)) this.#take(file);
      between();
    }
    for (const file of this.#known(({ mimeType, ownedByMe }) => mimeType === FOLDER && ownedByMe === false))
      this.#walk(file.id);
  }

  /** Replays all logs to their ends. */
  follow(): void {
    // The user's own log comes first: it tells of drives that came and went.
    for (const [id] of this.#tokens) this.#followLog(id);
  }

  /** The Drive as the client has it. */
  view(): Map<string, Seen> {
    const view = new Map<string, Seen>();
    for (const [id, { name, parents = [] }] of this.#files)
      view.set(id, { name, parents, trashed: this.#isTrashed(id, new Set()) });
    return view;
  }

  #followLog(id: string): void {
    const before = this.#tokens.get(id);
    if (before === undefined) return;
    const { changes, token } = drain(this.#account, before, sourceParams(id === '' ? undefined : id));
    for (const change of changes) this.#apply(change);
    this.#tokens.set(id, token);
  }

  #apply({ changeType, fileId = '', file, driveId = '', removed }: Change): void {
    if (changeType === 'drive') this.#applyDrive(driveId, removed);
    else if (file === undefined) this.#check(fileId);
    else this.#renew(file);
  }

  #applyDrive(driveId: string, removed: boolean): void {
    if (removed) {
      this.#tokens.delete(driveId);
      for (const { id } of this.#known((file) => file.driveId === driveId)) this.#check(id);
    } else {
      if (!this.#tokens.has(driveId)) this.#tokens.set(driveId, startToken(this.#account, driveId));
      for (const file of driveItems(this.#account, driveId)) this.#renew(file);
    }
  }

  /**
   * Asks for a file that a log says is gone, and for what lay in it: also below folders that are still there, since a folder of the user in
   * somebody else's trash stays, and other people's files in it do not.
   */
  #check(id: string, checked = new Set<string>()): void {
    if (checked.has(id)) return;
    checked.add(id);
    const file = getFile(this.#account, id);
    const isKnown = file === undefined ? this.#files.delete(id) : this.#files.has(id);
    if (file !== undefined) this.#renew(file);
    if (isKnown)
      for (const child of this.#known(({ parents }) => parents?.includes(id) === true))
        this.#check(child.id, checked);
  }

  /** A list of its own, since files come and go while it is worked off. */
  #known(matches: (file: DriveFile) => boolean): DriveFile[] {
    return Array.from(this.#files.values()).filter((file) => matches(file));
  }

  #renew(file: DriveFile): void {
    const before = this.#files.get(file.id);
    this.#take(file);
    const isNew = before === undefined || before.driveId !== file.driveId;
    if (isNew && file.mimeType === FOLDER) this.#walk(file.id);
  }

  #walk(folderId: string): void {
    for (const child of childrenOf(this.#account, folderId)) this.#renew(child);
  }

  #take(file: DriveFile): void {
    this.#files.set(file.id, file);
  }

  #isTrashed(id: string, seen: Set<string>): boolean {
    const file = this.#files.get(id);
    if (file === undefined || seen.has(id)) return false;
    seen.add(id);
    const parents = (file.parents ?? []).filter((parent) => this.#files.has(parent));
    // Of folders that the client does not see, only Drive knows.
    if (parents.length === 0) return file.trashed;
    return file.explicitlyTrashed || parents.some((parent) => this.#isTrashed(parent, seen));
  }
}
