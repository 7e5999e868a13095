import { Corpus } from '../../../emulator/corpus/corpus';
import { createUser } from '../../../emulator/corpus/people';
import { createSeedSource } from '../../../emulator/corpus/seed/source';
import type { SeedSpec } from '../../../emulator/corpus/spec';
import { FOLDER, SHORTCUT, type DriveFile } from '../../../emulator/drive/drive-file';

function corpusOf(spec: Partial<SeedSpec> = {}): Corpus {
  return new Corpus(createSeedSource({ kind: 'seed', seed: 1, files: 5000, ...spec }, createUser()));
}

function filesOf(corpus: Corpus): DriveFile[] {
  return Array.from({ length: corpus.fileCount }, (_, slot) => corpus.file(slot));
}

function share(files: DriveFile[], matches: (file: DriveFile) => boolean): number {
  return files.filter(matches).length / files.length;
}

function about(matches: (file: DriveFile) => boolean, expected: number): void {
  expect(share(files, matches) / expected).toBeGreaterThan(0.6);
  expect(share(files, matches) / expected).toBeLessThan(1.5);
}

function isBlob({ mimeType }: DriveFile): boolean {
  return !mimeType.startsWith('application/vnd.google-apps');
}

const corpus = corpusOf();
const files = filesOf(corpus);
const byId = new Map(files.map((file) => [file.id, file]));

describe('emulator: the seed corpus', () => {
  test('the same seed gives the same files, another seed others', () => {
    expect(filesOf(corpusOf())).toEqual(files);
    expect(filesOf(corpusOf({ seed: 2 })).some(({ id }) => byId.has(id))).toBe(false);
  });

  test('ids are unique, look like those of Drive and lead back to their file', () => {
    expect(byId.size).toBe(files.length);
    const bad = files.filter(({ id }, slot) => !/^[A-Za-z0-9_-]{33}$/.test(id) || corpus.slotOf(id) !== slot);
    expect(bad).toEqual([]);
    expect(corpus.slotOf(`${files[0]?.id.slice(0, -1) ?? ''}!`)).toBeUndefined();
    expect(corpus.slotOf('root')).toBe(corpus.rootSlot);
    expect(corpus.slotOf(corpus.rootId)).toBe(corpus.rootSlot);
  });

  test('folders make a tree of some depth under the root', () => {
    const depth = (file: DriveFile): number => {
      const parent = byId.get(file.parents?.[0] ?? '');
      return parent === undefined ? 0 : 1 + depth(parent);
    };
    expect(Math.max(...files.map(depth))).toBeGreaterThan(5);
    expect(Math.max(...files.map(depth))).toBeLessThanOrEqual(12);
    const parents = files.flatMap(({ parents: [parent] = [] }) => (parent === undefined ? [] : [parent]));
    expect(parents.filter((parent) => (byId.get(parent)?.mimeType ?? FOLDER) !== FOLDER)).toEqual([]);
    const children = new Map<string, number>();
    for (const parent of parents) children.set(parent, (children.get(parent) ?? 0) + 1);
    expect(Math.max(...children.values())).toBeGreaterThan(files.length / 40);
  });

  test('the trash is inherited, and only what was thrown away itself says so', () => {
    const bad = files.filter(({ trashed, explicitlyTrashed, parents = [] }) => {
      const above = byId.get(parents[0] ?? '')?.trashed ?? false;
      return trashed !== (explicitlyTrashed || above) || (above && explicitlyTrashed);
    });
    expect(bad).toEqual([]);
  });

  test('the shares of all sorts of files are plausible', () => {
    about(({ mimeType }) => mimeType === FOLDER, 0.04);
    about(({ mimeType }) => mimeType === SHORTCUT, 0.005);
    about(({ explicitlyTrashed }) => explicitlyTrashed, 0.025);
    about(({ trashed, explicitlyTrashed }) => trashed && !explicitlyTrashed, 0.025);
    about(({ ownedByMe }) => ownedByMe === false, 0.1);
    about(({ parents }) => parents === undefined, 0.06);
    about(({ name }) => /[^ -~]/.test(name), 0.4);
  });

  test('fields are absent where Drive leaves them out', () => {
    const present: Partial<Record<keyof DriveFile, (file: DriveFile) => boolean>> = {
      md5Checksum: isBlob,
      headRevisionId: isBlob,
      size: ({ mimeType }) => mimeType !== FOLDER && mimeType !== SHORTCUT,
      shortcutDetails: ({ mimeType }) => mimeType === SHORTCUT,
      sharedWithMeTime: ({ ownedByMe }) => ownedByMe === false,
      permissions: ({ ownedByMe }) => ownedByMe === true,
    };
    for (const [field, expected] of Object.entries(present)) {
      expect(files.filter((file) => field in file !== expected(file))).toEqual([]);
    }
    expect(files.filter((file) => Object.values(file).includes(undefined))).toEqual([]);
    expect(files.every(({ size = '0' }) => Number(size) <= Number.MAX_SAFE_INTEGER)).toBe(true);
  });

  test.each([
    ['bursty', 0.3, 3_600_000],
    ['migrated', 0.95, 6 * 3_600_000],
    ['identical', 1, 1],
  ] as const)('%s times crowd together', (shape, expected, length) => {
    const times = filesOf(corpusOf({ shape })).map(({ modifiedTime = '' }) => Date.parse(modifiedTime));
    const start = Date.parse('2022-03-14T09:00:00Z');
    const within = times.filter((time) => time >= start && time < start + length).length / times.length;
    expect(Math.abs(within - expected)).toBeLessThan(0.03);
  });

  test('uniform times fill fifteen years', () => {
    const years = new Set(files.map(({ modifiedTime = '' }) => modifiedTime.slice(0, 4)));
    expect(years.size).toBe(15);
    expect(share(files, ({ modifiedTime = '' }) => modifiedTime < '2018-07-02')).toBeCloseTo(0.5, 1);
  });

  test('a hostile corpus has every oddity, and not too many', () => {
    const hostile = filesOf(corpusOf({ hostile: true }));
    const oddities: Record<string, (file: DriveFile) => boolean> = {
      'empty name': ({ name }) => name === '',
      'new line': ({ name }) => name.includes('\n'),
      'control characters': ({ name }) => name.includes('\u0000') && name.includes('\u0001'),
      'escape sequence': ({ name }) => name.includes('\u001b'),
      'right to left': ({ name }) => name.includes('\u202e'),
      'joined emoji': ({ name }) => name.includes('\u200d') && name.includes('👦'),
      'lone surrogate': ({ name }) => /\p{Surrogate}/u.test(name),
      'long name': ({ name }) => name.length > 32_000,
      'decomposed letter': ({ name }) => name !== name.normalize('NFC'),
      'quote and backslash': ({ name }) => name.includes("'") && name.includes('\\'),
      'several parents': ({ parents = [] }) => parents.length > 1,
      'own parent': ({ id, parents = [] }) => parents.includes(id),
      'absent parent': ({ parents: [parent = ''] = [] }) => parent.startsWith('1Absent'),
      'year 1': ({ modifiedTime }) => modifiedTime?.startsWith('0001') === true,
      'year 9999': ({ modifiedTime }) => modifiedTime?.startsWith('9999') === true,
      'no modification time': ({ modifiedTime }) => modifiedTime === undefined,
      'owner without address': ({ owners = [] }) =>
        owners.some(({ emailAddress }) => emailAddress === undefined),
      'prototype key': ({ properties }) => properties !== undefined && Object.hasOwn(properties, '__proto__'),
      'huge description': ({ description = '' }) => description.length > 100_000,
      'unknown type': ({ mimeType }) => mimeType === 'application/vnd.google-apps.hologram',
      'huge size': ({ size = '0' }) => BigInt(size) > 2n ** 53n,
    };
    const missing = Object.keys(oddities).filter((name) => !hostile.some((file) => oddities[name]?.(file)));
    expect(missing).toEqual([]);
    const changed = hostile.filter(
      (file, slot) => JSON.stringify(file) !== JSON.stringify(files[slot]),
    ).length;
    expect(changed).toBeLessThan(files.length * 0.02);
  });

  test('a hostile corpus has a cycle of two folders', () => {
    const hostile = new Map(filesOf(corpusOf({ hostile: true })).map((file) => [file.id, file]));
    const cycles = [...hostile.values()].filter(({ id, parents: [parent = ''] = [] }) => {
      return parent !== id && hostile.get(parent)?.parents?.[0] === id;
    });
    expect(cycles.length).toBeGreaterThan(0);
  });
});
