import { SHORTCUT, type FieldReaders } from '../../drive/drive-file';
import { randomText } from '../file-id';
import { hash } from '../hash';
import { TRASHED_ITSELF } from '../marks';
import type { SeedFacts } from './facts';
import { fileName } from './file-name';
import { NO_PARENT } from './tree';

type IdentityField =
  | 'kind'
  | 'id'
  | 'name'
  | 'mimeType'
  | 'description'
  | 'starred'
  | 'trashed'
  | 'explicitlyTrashed'
  | 'trashedTime'
  | 'parents'
  | 'spaces'
  | 'driveId'
  | 'version'
  | 'webViewLink'
  | 'webContentLink'
  | 'iconLink'
  | 'folderColorRgb'
  | 'properties'
  | 'appProperties'
  | 'shortcutDetails'
  | 'isAppAuthorized';

const SPACES = ['drive'];

/** Readers of the identity and the parents of a generated file. */
export function identityReaders(facts: SeedFacts): Pick<FieldReaders, IdentityField> {
  const { seed, count, tree } = facts;
  const isRoot = (slot: number): boolean => slot === count;
  return {
    kind: () => 'drive#file',
    id: (slot) => facts.id(slot),
    name: (slot) => (isRoot(slot) ? 'My Drive' : fileName(seed, slot, facts.kind(slot).extension)),
    mimeType: (slot) => facts.kind(slot).mimeType,
    description: (slot) =>
      facts.fraction(slot, 0x50) < 0.03 ? `Noted by hand, "${String(slot % 97)}" times` : undefined,
    starred: (slot) => facts.fraction(slot, 0x51) < 0.01,
    trashed: (slot) => (tree.trash[slot] ?? 0) !== 0,
    explicitlyTrashed: (slot) => tree.trash[slot] === TRASHED_ITSELF,
    trashedTime: () => undefined,
    parents: (slot) => {
      const parent = tree.parents[slot] ?? NO_PARENT;
      return parent === NO_PARENT ? undefined : [facts.id(parent)];
    },
    spaces: () => SPACES,
    driveId: () => undefined,
    version: (slot) => String(1 + (hash(seed, slot, 0x52) % 100_000)),
    webViewLink: (slot) => facts.kind(slot).link.replace('*', facts.id(slot)),
    webContentLink: (slot) =>
      facts.kind(slot).storage === 'blob'
        ? `https://drive.google.com/uc?id=${facts.id(slot)}&export=download`
        : undefined,
    iconLink: (slot) => `https://drive-thirdparty.googleusercontent.com/16/type/${facts.kind(slot).mimeType}`,
    folderColorRgb: (slot) => (facts.isFolder(slot) ? '#8f8f8f' : undefined),
    properties: (slot) =>
      facts.fraction(slot, 0x53) < 0.02 ? { project: `P-${String(slot % 40)}` } : undefined,
    appProperties: (slot) => (facts.fraction(slot, 0x54) < 0.01 ? { imported: 'true' } : undefined),
    shortcutDetails: (slot) =>
      facts.kind(slot).mimeType === SHORTCUT ? shortcutTarget(facts, slot) : undefined,
    isAppAuthorized: () => false,
  };
}

/** The target of a shortcut: any file of the corpus that is not a shortcut. */
function shortcutTarget(facts: SeedFacts, slot: number): { targetId: string; targetMimeType: string } {
  let target = hash(facts.seed, slot, 0x55) % facts.count;
  while (facts.kind(target).mimeType === SHORTCUT && target > 0) target--;
  return { targetId: facts.id(target), targetMimeType: facts.kind(target).mimeType };
}

type ContentField =
  | 'size'
  | 'quotaBytesUsed'
  | 'md5Checksum'
  | 'sha1Checksum'
  | 'sha256Checksum'
  | 'headRevisionId'
  | 'originalFilename'
  | 'fileExtension'
  | 'fullFileExtension'
  | 'hasThumbnail'
  | 'thumbnailVersion'
  | 'imageMediaMetadata'
  | 'videoMediaMetadata';

/**
 * Readers of the fields that depend on the content of a generated file. Folders and shortcuts have no
 * content, Docs editors files have no checksums.
 */
export function contentReaders(facts: SeedFacts): Pick<FieldReaders, ContentField> {
  const { seed } = facts;
  const isBlob = (slot: number): boolean => facts.kind(slot).storage === 'blob';
  const extension = (slot: number): string | undefined =>
    isBlob(slot) ? facts.kind(slot).extension : undefined;
  const isType = (slot: number, type: string): boolean => facts.kind(slot).mimeType.startsWith(type);
  const hex = (slot: number, salt: number, words: number): string | undefined =>
    isBlob(slot) ? randomHex(hash(seed, slot, salt), words) : undefined;
  return {
    size: (slot) => (facts.kind(slot).storage === 'none' ? undefined : String(bytes(facts, slot))),
    // Kept revisions count towards the quota.
    quotaBytesUsed: (slot) =>
      String(isBlob(slot) ? bytes(facts, slot) * (facts.fraction(slot, 0x62) < 0.05 ? 3 : 1) : 0),
    md5Checksum: (slot) => hex(slot, 0x63, 4),
    sha1Checksum: (slot) => hex(slot, 0x64, 5),
    sha256Checksum: (slot) => hex(slot, 0x65, 8),
    headRevisionId: (slot) => (isBlob(slot) ? `0B${randomText(seed, slot, 0x66, 24)}` : undefined),
    originalFilename: (slot) => (isBlob(slot) ? fileName(seed, slot, facts.kind(slot).extension) : undefined),
    fileExtension: extension,
    fullFileExtension: extension,
    hasThumbnail: (slot) => isType(slot, 'image/'),
    thumbnailVersion: (slot) => (isType(slot, 'image/') ? '1' : '0'),
    imageMediaMetadata: (slot) =>
      isType(slot, 'image/') ? { width: 4032, height: 3024, rotation: 0 } : undefined,
    videoMediaMetadata: (slot) =>
      isType(slot, 'video/')
        ? { width: 1920, height: 1080, durationMillis: String(1000 + (hash(seed, slot, 0x67) % 7_200_000)) }
        : undefined,
  };
}

/** The size of a file with content: most files are small, few are large. */
function bytes(facts: SeedFacts, slot: number): number {
  const [least, most] = facts.kind(slot).size;
  const at = facts.fraction(slot, 0x60);
  return least === 0 && at < 0.05 ? 0 : Math.floor((least + 1) * ((most + 1) / (least + 1)) ** at);
}

const HEX: readonly string[] = Array.from({ length: 0x10000 }, (_, bits) =>
  bits.toString(16).padStart(4, '0'),
);

function randomHex(seed: number, words: number): string {
  let text = '';
  for (let i = 0; i < words; i++) {
    const bits = hash(seed, i, 0x68);
    text += (HEX[bits >>> 16] ?? '') + (HEX[bits & 0xffff] ?? '');
  }
  return text;
}
