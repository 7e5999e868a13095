import { ApiError, driveNotFound } from '../http/api-error';
import { ChangeLog } from './change-log';

/**
 * The membership of the user in a shared drive. A demoted user keeps only files that were shared with the
 * user separately. `outside` means no access, or that the drive was deleted.
 */
export type Membership = 'member' | 'demoted' | 'outside';

/** A shared drive, whether the user is a member of it or not. */
export interface SharedDrive {
  readonly id: string;
  name: string;
  readonly createdTime: string;
  membership: Membership;
  readonly log: ChangeLog;
}

/** A drive resource: https://developers.google.com/workspace/drive/api/reference/rest/v3/drives */
export interface DriveResource {
  kind: 'drive#drive';
  id: string;
  name: string;
  createdTime: string;
  hidden: boolean;
  capabilities: Readonly<Record<string, boolean>>;
}

const CAPABILITIES = { canListChildren: true, canDownload: true, canEdit: false, canAddChildren: false };

/** All shared drives of which the user was ever a member, in the order of their creation. */
export class SharedDrives {
  readonly #drives = new Map<string, SharedDrive>();
  readonly #list: SharedDrive[] = [];

  add(drive: Omit<SharedDrive, 'log' | 'membership'>): SharedDrive {
    const added: SharedDrive = { ...drive, membership: 'member', log: new ChangeLog(drive.id) };
    this.#drives.set(drive.id, added);
    this.#list.push(added);
    return added;
  }

  get(id: string): SharedDrive | undefined {
    return this.#drives.get(id);
  }

  list(): readonly SharedDrive[] {
    return this.#list;
  }

  get count(): number {
    return this.#list.length;
  }

  /**
   * @throws ApiError 404 for a drive to which the user has no access, 403 for one of which the user is no
   * longer a member.
   */
  require(id: string): SharedDrive {
    const drive = this.#drives.get(id);
    if (drive === undefined || drive.membership === 'outside') throw driveNotFound(id);
    if (drive.membership === 'member') return drive;
    const message = 'The attempted action requires shared drive membership.';
    throw new ApiError(403, { reason: 'teamDriveMembershipRequired', message });
  }
}

/** Creates the drive resource of a shared drive. */
export function driveResource({ id, name, createdTime }: SharedDrive): DriveResource {
  return { kind: 'drive#drive', id, name, createdTime, hidden: false, capabilities: CAPABILITIES };
}
