import {
  SHORTCUT,
  type DriveFile,
  type FieldName,
  createReaders,
  type FieldReaders,
} from '../../drive/drive-file';
import type { SeedFacts } from './facts';
import { NO_PARENT } from './tree';

/** The fields that a hostile file has instead of its own; undefined removes a field. */
export type FilePatch = { readonly [K in FieldName]?: DriveFile[K] | undefined };

type Variant = (facts: SeedFacts, slot: number) => FilePatch;

const HOSTILE_SHARE = 0.005;
/** `fromEntries` makes `__proto__` an ordinary property. */
const PROTOTYPE_KEYS = Object.fromEntries([
  ['__proto__', 'own'],
  ['', 'empty key'],
  ['constructor', 'x'],
]);
const LONG_TEXT = 'Very long. '.repeat(10_000);
const ABSENT_ID = '1AbsentAbsentAbsentAbsentAbsent00';
const STRANGER = {
  kind: 'drive#user',
  displayName: 'Deleted user',
  me: false,
  permissionId: '09999999999999999999',
} as const;

/** Names that occur in real Drives. */
const NAMES = [
  '',
  '   ',
  '.',
  '..',
  'a/b\\c',
  'two\nlines',
  'tab\there',
  'bell\u0007 and \u0001\u0000 control',
  '\u001b[31mred\u001b[0m',
  '\u202eright to left.gpj',
  'שלום عالم',
  '👩‍👩‍👧‍👦 family 🏳️‍🌈',
  'lone \ud800 surrogate',
  '\udc00\ud800',
  'é'.normalize('NFC'),
  'é'.normalize('NFD'),
  "O'Brien's \\ 'files'",
  'x'.repeat(32_768),
  '\ufeffbyte order mark',
  'line\u2028separator',
  '__proto__',
  '"quoted"; DROP TABLE file; --',
  '%s %n $(id) `id`',
] as const;

const FILES: readonly Variant[] = [
  ...NAMES.map((name): Variant => () => ({ name })),
  (facts, slot) => ({ parents: [...visibleParents(facts, slot), facts.id(facts.count)] }),
  () => ({ parents: [ABSENT_ID] }),
  () => ({ parents: undefined }),
  () => ({ modifiedTime: '0001-01-01T00:00:00.000Z', createdTime: '9999-12-31T23:59:59.999Z' }),
  () => ({ modifiedTime: '9999-12-31T23:59:59.999Z', createdTime: '0001-01-01T00:00:00.000Z' }),
  () => ({ modifiedTime: '1970-01-01T00:00:00.000Z', createdTime: '1970-01-01T00:00:00.000Z' }),
  () => ({ modifiedTime: undefined, modifiedByMeTime: undefined }),
  () => ({ modifiedTime: undefined, createdTime: undefined, viewedByMeTime: undefined }),
  () => ({ owners: [STRANGER], lastModifyingUser: undefined, ownedByMe: false }),
  (facts) => ({ owners: [STRANGER, facts.people.me], lastModifyingUser: STRANGER }),
  () => ({
    properties: PROTOTYPE_KEYS,
  }),
  () => ({ appProperties: PROTOTYPE_KEYS }),
  () => ({ description: LONG_TEXT }),
  () => ({ mimeType: 'application/vnd.google-apps.hologram' }),
  () => ({ size: '9223372036854775807', quotaBytesUsed: '9007199254740993' }),
  () => ({ size: '0', quotaBytesUsed: '9007199254740992', version: '9223372036854775807' }),
  () => shortcut(ABSENT_ID, 'application/pdf'),
  (facts, slot) => shortcut(facts.id(slot), SHORTCUT),
  (facts, slot) =>
    shortcut(visibleParents(facts, slot)[0] ?? ABSENT_ID, 'application/vnd.google-apps.folder'),
  () => ({ imageMediaMetadata: { width: 1, height: 1, rotation: 0, time: '0000:00:00 00:00:00' } }),
];

const FOLDERS: readonly Variant[] = [
  (facts, slot) => ({ parents: [facts.id(childFolder(facts, slot) ?? slot)] }),
  (facts, slot) => ({ parents: [facts.id(slot)] }),
  () => ({ parents: [ABSENT_ID] }),
  () => ({ name: 'folder/with\nall\u0000of it' }),
  () => ({ modifiedTime: undefined }),
];

/**
 * The hostile files of a corpus by slot. The oddities take turns, so that a corpus of a few thousand files
 * has all of them.
 */
export function hostileFiles(facts: SeedFacts): ReadonlyMap<number, FilePatch> {
  const { folderCount } = facts.tree;
  return new Map([
    ...choose(facts, FOLDERS, [0, folderCount]),
    ...choose(facts, FILES, [folderCount, facts.count]),
  ]);
}

function* choose(
  facts: SeedFacts,
  variants: readonly Variant[],
  [from, to]: [number, number],
): Iterable<[number, FilePatch]> {
  const wanted = Math.max((to - from) * HOSTILE_SHARE, Math.min(variants.length, (to - from) / 10));
  const stride = Math.max(1, Math.floor((to - from) / wanted));
  for (let slot = from, turn = 0; slot < to; slot += stride, turn++) {
    const variant = variants[turn % variants.length];
    if (variant !== undefined) yield [slot, variant(facts, slot)];
  }
}

function shortcut(targetId: string, targetMimeType: string): FilePatch {
  const none = {
    size: undefined,
    md5Checksum: undefined,
    sha1Checksum: undefined,
    sha256Checksum: undefined,
  };
  return {
    ...none,
    mimeType: SHORTCUT,
    shortcutDetails: { targetId, targetMimeType },
    headRevisionId: undefined,
  };
}

function visibleParents(facts: SeedFacts, slot: number): string[] {
  const parent = facts.tree.parents[slot] ?? NO_PARENT;
  return parent === NO_PARENT ? [] : [facts.id(parent)];
}

/**
 * A child folder with the same trash state, so that the trash and the parents do not contradict each other.
 */
function childFolder({ tree }: SeedFacts, slot: number): number | undefined {
  for (let child = slot + 1; child < tree.folderCount; child++) {
    if (tree.parents[child] === slot && (tree.trash[child] === 0) === (tree.trash[slot] === 0)) return child;
  }
  return undefined;
}

/** Overrides fields of `readers` with those of hostile files. */
export function patchReaders(readers: FieldReaders, patches: ReadonlyMap<number, FilePatch>): FieldReaders {
  return createReaders((field) => {
    const read = readers[field];
    return (slot) => {
      const own = patches.get(slot);
      return own !== undefined && field in own ? own[field] : read(slot);
    };
  });
}
