import { ApiError, driveNotFound } from '../http/api-error';
import { ChangeLog } from './change-log';

/**
 * What the user is to a shared drive. Who is demoted keeps only what was granted file by file; who is outside has no access
 * at all, or the drive is no more.
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

/** A shared drive as the API shows it: https://developers.google.com/workspace/drive/api/reference/rest/v3/drives */
export interface DriveResource {
  kind: 'drive#drive';
  id: string;
  name: string;
  createdTime: string;
  hidden: boolean;
  capabilities: Readonly<Record<string, boolean>>;
}

const CAPABILITIES = { canListChildren: true, canDownload: true, canEdit: false, canAddChildren: false };

/** All shared drives that the user ever was a member of, in the order of their making. */
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

  /** @throws ApiError 404 for a drive that the user does not know, 403 for one in which the user is a guest. */
  require(id: string): SharedDrive {
    const drive = this.#drives.get(id);
    if (drive === undefined || drive.membership === 'outside') throw driveNotFound(id);
    if (drive.membership === 'member') return drive;
    const message = 'The attempted action requires shared drive membership.';
    throw new ApiError(403, { reason: 'teamDriveMembershipRequired', message });
  }
}

/** Describes a drive. */
export function driveResource({ id, name, createdTime }: SharedDrive): DriveResource {
  return { kind: 'drive#drive', id, name, createdTime, hidden: false, capabilities: CAPABILITIES };
}
