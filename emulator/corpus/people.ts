import type { DriveUser } from '../drive/drive-file';
import { hash } from './hash';

const GIVEN = [
  'Ada',
  'Björn',
  'Chloé',
  'Dmitri',
  'Elif',
  'Fatima',
  'Giulia',
  'Haruto',
  'Íris',
  'João',
  'Katarzyna',
  '李娜',
];
const FAMILY = [
  'Müller',
  'García',
  'Nguyễn',
  'Okafor',
  'Smith',
  'Иванова',
  'Yılmaz',
  '田中',
  'Rossi',
  "O'Brien",
  'Kowalski',
];
const PEOPLE = 200;

/** The people who own files of the emulated Drive or with whom files are shared. */
export interface People {
  readonly me: DriveUser;
  /** Another person; the same number gives the same person. */
  other(number: number): DriveUser;
}

/** Creates the user of a Drive, with defaults. */
export function createUser(
  user: { permissionId?: string; displayName?: string; emailAddress?: string } = {},
): DriveUser {
  const {
    permissionId = '04152637485960718293',
    displayName = 'Robin Example',
    emailAddress = 'robin@example.com',
  } = user;
  return { kind: 'drive#user', displayName, me: true, permissionId, emailAddress };
}

/** Generates the people of a Drive. Each is created on first use, because a small shared drive needs few. */
export function createPeople(seed: number, me: DriveUser): People {
  const others: DriveUser[] = [];
  return { me, other: (number) => (others[number % PEOPLE] ??= createPerson(seed, number % PEOPLE)) };
}

function createPerson(seed: number, index: number): DriveUser {
  const random = hash(seed, index, 0x9e);
  const given = GIVEN[random % GIVEN.length] ?? '';
  const family = FAMILY[(random >>> 8) % FAMILY.length] ?? '';
  return {
    kind: 'drive#user',
    displayName: `${given} ${family}`,
    me: false,
    permissionId: `1${String(random).padStart(10, '0')}${String(index).padStart(9, '0')}`,
    emailAddress: `person${String(index)}@example.org`,
    photoLink: `https://lh3.googleusercontent.com/a/person${String(index)}=s64`,
  };
}
