import { toFileRecord, type FileRecord } from '../../../src/model/file';
import type { JsonObject } from '../../../src/model/values';
import {
  FilePacker,
  isKept,
  unpackFiles,
  unpackTimes,
  type PackedFiles,
  type PackingMemory,
} from '../../../src/writer/packed-files';

function record(file: JsonObject): FileRecord {
  return toFileRecord({ id: 'an id', ...file })!;
}

function pack(files: readonly FileRecord[], memory?: PackingMemory): PackedFiles {
  const packer = new FilePacker(memory);
  for (const file of files) packer.add(file);
  return packer.packed();
}

test.each<{ name: string; file: JsonObject }>([
  { name: 'an id alone', file: {} },
  { name: 'empty texts', file: { name: '', description: '', mimeType: '' } },
  { name: 'letters of every length', file: { name: 'aä字😀', description: '👩‍👩‍👧 z', md5Checksum: 'm' } },
  { name: 'a name with NUL', file: { name: 'a\0b', description: 'c' } },
  {
    name: 'small, negative and exact integers',
    file: { size: '0', quotaBytesUsed: '-5', version: '9007199254740991' },
  },
  {
    name: 'integers that no cell holds',
    file: { size: '9223372036854775807', version: '-9007199254740993' },
  },
  { name: 'flags', file: { trashed: true, starred: false } },
  { name: 'a time', file: { modifiedTime: '2024-02-29T12:00:00.123Z' } },
  {
    name: 'times that are none, or long ago',
    file: { modifiedTime: 'yesterday', createdTime: '1601-01-01T00:00:00Z' },
  },
  {
    name: 'what has no column',
    file: { properties: { größe: '10€' }, owners: [{ emailAddress: 'é@x.org' }] },
  },
])('$name comes back as it was', ({ file }) => {
  const files = [record({ name: 'before' }), record(file), record({ name: 'after', size: '7' })];
  const packed = pack(files);
  expect([...unpackFiles(packed)]).toEqual(files);
  expect(unpackTimes(packed)).toEqual(files.map(({ modifiedMs }) => modifiedMs));
});

test('a page without files stays one', () => {
  const packed = pack([]);
  expect(packed.count).toBe(0);
  expect([...unpackFiles(packed)]).toEqual([]);
});

function named(count: number, name: string): FileRecord[] {
  return Array.from({ length: count }, (_, at) =>
    record({ name: `${name}${String(at)}`, size: at % 2 === 0 ? undefined : String(2n ** 60n) }),
  );
}

test('what only a page of unusual size needs is not kept', () => {
  expect(isKept(pack(named(1_000, 'ü'.repeat(500))))).toBe(true);
  expect(isKept(pack(named(1_000, 'ü'.repeat(2_500))))).toBe(false);
});

test('a page takes the place of one that was larger or smaller', () => {
  let memory: PackedFiles | undefined;
  for (const files of [named(2, 'first'), named(2_500, 'ü'.repeat(900)), named(3, 'last')]) {
    memory = pack(files, memory);
    expect(memory.count).toBe(files.length);
    expect([...unpackFiles(memory)]).toEqual(files);
  }
});
