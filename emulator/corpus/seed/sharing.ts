import type { DrivePermission, DriveUser, FieldReaders } from '../../drive/drive-file';
import { randomText } from '../file-id';
import type { SeedFacts } from './facts';
import { otherPerson, sharingOf, type Sharing } from './owner';

type SharingField =
  | 'shared'
  | 'ownedByMe'
  | 'owners'
  | 'lastModifyingUser'
  | 'sharingUser'
  | 'permissions'
  | 'permissionIds'
  | 'capabilities'
  | 'resourceKey'
  | 'writersCanShare'
  | 'viewersCanCopyContent'
  | 'copyRequiresWriterPermission';

const OWN_CAPABILITIES = {
  canEdit: true,
  canShare: true,
  canDelete: true,
  canDownload: true,
  canRename: true,
  canTrash: true,
};
const FOREIGN_CAPABILITIES = {
  canEdit: false,
  canShare: false,
  canDelete: false,
  canDownload: true,
  canRename: false,
  canTrash: false,
};

/** Readers of the owner and the permissions of a generated file. */
export function sharingReaders(facts: SeedFacts): Pick<FieldReaders, SharingField> {
  const mine = (slot: number): boolean => !facts.isForeign(slot);
  const owner = (slot: number): DriveUser => (mine(slot) ? facts.people.me : otherPerson(facts, slot, 0x80));
  const sharing = (slot: number): Sharing =>
    slot === facts.count ? 'private' : sharingOf(facts.seed, slot, !mine(slot));
  const owners = new Map<DriveUser, DriveUser[]>();
  const onlyMe = [facts.people.me.permissionId];
  return {
    shared: (slot) => sharing(slot) !== 'private',
    ownedByMe: mine,
    // The same owner gives the same array, so that the renderer can reuse its JSON.
    owners: (slot) => {
      const user = owner(slot);
      let list = owners.get(user);
      if (list === undefined) owners.set(user, (list = [user]));
      return list;
    },
    lastModifyingUser: (slot) =>
      facts.fraction(slot, 0x81) < 0.9 ? owner(slot) : otherPerson(facts, slot, 0x82),
    sharingUser: (slot) => (mine(slot) ? undefined : owner(slot)),
    // Drive shows permissions only to users who can share the file.
    permissions: (slot) => (mine(slot) ? permissions(facts, slot, owner(slot), sharing(slot)) : undefined),
    permissionIds: (slot) => {
      const shared = sharing(slot);
      return shared === 'private'
        ? onlyMe
        : permissions(facts, slot, owner(slot), shared).map(({ id }) => id);
    },
    capabilities: (slot) => (mine(slot) ? OWN_CAPABILITIES : FOREIGN_CAPABILITIES),
    resourceKey: (slot) =>
      sharing(slot) === 'link' && facts.fraction(slot, 0x83) < 0.3
        ? `0-${randomText(facts.seed, slot, 0x84, 11)}`
        : undefined,
    writersCanShare: () => true,
    viewersCanCopyContent: () => true,
    copyRequiresWriterPermission: () => false,
  };
}

const ANYONE: DrivePermission = {
  kind: 'drive#permission',
  id: 'anyoneWithLink',
  type: 'anyone',
  role: 'reader',
  allowFileDiscovery: false,
};
const MANY = 5;

function permissions(facts: SeedFacts, slot: number, owner: DriveUser, sharing: Sharing): DrivePermission[] {
  const list = [grant(owner, 'owner')];
  const { me } = facts.people;
  if (!owner.me) list.push(grant(me, 'reader'));
  else if (sharing === 'person') list.push(grant(otherPerson(facts, slot, 0x85), 'writer'));
  if (sharing === 'link') list.push(ANYONE);
  if (sharing !== 'people') return list;
  for (let i = 0; i < MANY; i++) list.push(grant(otherPerson(facts, slot, 0x86 + i), 'reader'));
  return list;
}

/** Creates the permission of a user. */
export function grant(user: DriveUser, role: 'owner' | 'writer' | 'reader'): DrivePermission {
  const { permissionId, displayName, emailAddress } = user;
  return {
    kind: 'drive#permission',
    id: permissionId,
    type: 'user',
    role,
    displayName,
    ...(emailAddress !== undefined && { emailAddress }),
    deleted: false,
    pendingOwner: false,
  };
}
