import { Corpus } from '../../../emulator/corpus/corpus';
import { createUser } from '../../../emulator/corpus/people';
import { createSeedSource } from '../../../emulator/corpus/seed/source';
import { FOLDER, type DriveFile } from '../../../emulator/drive/drive-file';
import { parseQuery } from '../../../emulator/query/parser';
import { compileQuery } from '../../../emulator/query/predicate';

const user = createUser();
const corpus = new Corpus(createSeedSource({ kind: 'seed', seed: 4, files: 2500, hostile: true }, user));
const all = Array.from({ length: corpus.fileCount }, (_, slot) => corpus.file(slot));

function find(q: string): DriveFile[] {
  const query = parseQuery(q);
  if (query === undefined) return all;
  const matches = compileQuery(query, { corpus, userEmail: user.emailAddress ?? '' });
  return all.filter((_, slot) => matches(slot));
}

function quote(text: string): string {
  return `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`;
}

const sample = all.find(({ name }) => name.startsWith('Meeting notes')) ?? all[0];
const child = all.find(({ parents, mimeType }) => parents?.length === 1 && mimeType !== FOLDER) ?? all[0];

describe('emulator: queries', () => {
  const cases: [string, (file: DriveFile) => boolean][] = [
    ['', () => true],
    ['trashed = true', ({ trashed }) => trashed],
    ['trashed != true', ({ trashed }) => !trashed],
    ['not trashed = true', ({ trashed }) => !trashed],
    ['starred = true', ({ starred }) => starred],
    ['sharedWithMe', ({ sharedWithMeTime }) => sharedWithMeTime !== undefined],
    ['sharedWithMe = false and trashed=false', (f) => f.sharedWithMeTime === undefined && !f.trashed],
    [`mimeType = '${FOLDER}'`, ({ mimeType }) => mimeType === FOLDER],
    [`mimeType != '${FOLDER}'`, ({ mimeType }) => mimeType !== FOLDER],
    ["mimeType contains 'image/'", ({ mimeType }) => mimeType.includes('image/')],
    [`name = ${quote(sample?.name.toUpperCase() ?? '')}`, ({ name }) => name === sample?.name],
    ["name contains 'NOTE'", ({ name }) => /\bnote/i.test(name)],
    ["name contains 'otes'", () => false],
    [`name = ${quote("O'Brien's \\ 'files'")}`, ({ name }) => name === "O'Brien's \\ 'files'"],
    [
      `${quote(child?.parents?.[0] ?? '')} in parents`,
      ({ parents }) => parents?.includes(child?.parents?.[0] ?? '') === true,
    ],
    ["'me' in owners", ({ owners }) => owners?.some(({ me }) => me) === true],
    ["not 'robin@example.com' in owners", ({ owners }) => owners?.some(({ me }) => me) !== true],
    [
      "properties has { key='project' and value='P-3' }",
      ({ properties }) => properties?.['project'] === 'P-3',
    ],
    [
      "properties has { key='__proto__' and value='own' }",
      ({ properties }) => properties !== undefined && Object.hasOwn(properties, '__proto__'),
    ],
    [
      "visibility = 'anyoneWithLink'",
      ({ permissionIds }) => permissionIds?.includes('anyoneWithLink') === true,
    ],
    ["createdTime < '2015-01-01'", ({ createdTime }) => createdTime !== undefined && createdTime < '2015'],
    [
      "viewedByMeTime >= '2015-01-01T01:00:00+01:00'",
      ({ viewedByMeTime: t }) => t !== undefined && t >= '2015',
    ],
    [
      "not createdTime < '2015-01-01'",
      ({ createdTime }) => createdTime === undefined || createdTime >= '2015',
    ],
    [
      'starred = true or trashed = true and trashed = false',
      ({ starred, trashed }) => (starred || trashed) && !trashed,
    ],
    ['starred = true or (trashed = true and trashed = false)', ({ starred }) => starred],
    ['not (starred = true or trashed = true)', ({ starred, trashed }) => !starred && !trashed],
    ['not not trashed = true', ({ trashed }) => trashed],
  ];

  test.each(cases)('%s', (q, matches) => {
    expect(find(q).map(({ id }) => id)).toEqual(all.filter(matches).map(({ id }) => id));
  });

  test('the cases above tell files apart', () => {
    const some = cases.filter(([, matches]) => all.some(matches) && !all.every(matches));
    expect(some).toHaveLength(cases.length - 2);
  });

  test('who may write and who may read are different people', () => {
    const writer =
      all.flatMap(({ permissions = [] }) => permissions).find(({ role }) => role === 'writer')
        ?.emailAddress ?? '';
    const has = (roles: string[]) => (file: DriveFile) =>
      file.permissions?.some(({ emailAddress, role }) => emailAddress === writer && roles.includes(role)) ===
      true;
    expect(find(`${quote(writer)} in writers`)).toEqual(all.filter(has(['owner', 'writer'])));
    expect(find(`${quote(writer)} in readers`)).toEqual(all.filter(has(['owner', 'writer', 'reader'])));
    expect(find(`${quote(writer)} in writers`).length).toBeGreaterThan(0);
  });
});
