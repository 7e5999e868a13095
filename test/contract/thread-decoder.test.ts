import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { RawBody } from '../../src/drive/wire/json';
import { toFileRecord } from '../../src/model/file';
import { createThreadDecoder, unpackEntries, type Decoder } from '../../src/writer/decoder';
import { unpackFiles } from '../../src/writer/packed-files';
import { createStoreWriter } from '../../src/writer/store-writer';
import { waitFor } from '../support/cli';
import { openTestStore } from '../support/stores';

const BUILT = join(__dirname, '../../dist/writer');
const folder = mkdtempSync(join(tmpdir(), 'gdrive-sync-decoder-'));
let decoder: Decoder | undefined;

afterEach(async () => {
  await decoder?.close();
  decoder = undefined;
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function threadDecoder(script = join(BUILT, 'decoder-thread.js')): Decoder {
  return (decoder = createThreadDecoder(script));
}

function body(given: object): RawBody {
  return { bytes: gzipSync(JSON.stringify(given)), gzip: true };
}

const FILES = [
  { id: 'a', name: 'ä 👩‍👩‍👧', version: '9007199254740993', modifiedTime: '2024-01-01T00:00:00Z' },
  { id: 'b', trashed: true, size: '0' },
];

test('a page of files comes back packed, and its body with it', async () => {
  const given = body({ files: [...FILES, {}], nextPageToken: 't' });
  const sent = Uint8Array.from(given.bytes);
  const { page, body: back } = await threadDecoder().fileList(given);
  const { files, ...rest } = page;
  expect(back).toEqual({ bytes: sent, gzip: true });
  expect(rest).toEqual({ nextPageToken: 't', incompleteSearch: false, unusable: 1 });
  expect([...unpackFiles(files)]).toEqual(FILES.map(toFileRecord));
});

test('a page of changes comes back packed, its entries in their order', async () => {
  const changes = [
    { fileId: 'a', file: FILES[0], time: '2024-02-02T00:00:00Z' },
    { fileId: 'c', removed: true },
    { fileId: 'b', file: FILES[1] },
    { changeType: 'new', fileId: 'x' },
  ];
  const { page } = await threadDecoder().changeList(body({ changes, newStartPageToken: 't' }));
  expect(unpackEntries(page)).toEqual([
    { kind: 'file', file: toFileRecord(FILES[0]!), atMs: Date.UTC(2024, 1, 2) },
    { kind: 'removed', fileId: 'c' },
    { kind: 'file', file: toFileRecord(FILES[1]!), atMs: undefined },
  ]);
  expect(page).toMatchObject({ token: 't', isEnd: true, unknown: 1, unusable: 0 });
});

test('what is no page is malformed, and the next one is read', async () => {
  const given = threadDecoder();
  await expect(given.fileList(body({ error: 500 }))).rejects.toMatchObject({ kind: 'malformed' });
  await expect(given.fileList(body({ files: [] }))).resolves.toMatchObject({ page: { unusable: 0 } });
});

test('pages come back in the order in which they went', async () => {
  const given = threadDecoder();
  const order: number[] = [];
  const sizes = [3_000, 0, 500, 1];
  await Promise.all(
    sizes.map(async (size, at) => {
      await given.fileList(body({ files: Array.from({ length: size }, () => FILES[0]) }));
      order.push(at);
    }),
  );
  expect(order).toEqual([0, 1, 2, 3]);
});

test('a thread that is idle ends, and the next page starts another', async () => {
  const script = join(folder, 'counted.js');
  const starts = join(folder, 'starts');
  const text = `
    require('node:fs').appendFileSync(${JSON.stringify(starts)}, '.');
    require(${JSON.stringify(join(BUILT, 'decoder-thread.js'))});`;
  writeFileSync(script, text);
  const given = (decoder = createThreadDecoder(script, 1));
  await waitFor('another thread has decoded', async () => {
    const { page } = await given.fileList(body({ files: FILES }));
    expect([...unpackFiles(page.files)]).toEqual(FILES.map(toFileRecord));
    return readFileSync(starts, 'utf8').length > 1;
  });
});

/** A decoder's thread that dies of its second page, once. */
function mortal(): string {
  const [script, died] = [join(folder, 'mortal.js'), join(folder, 'died')];
  const text = `
    const { existsSync, writeFileSync } = require('node:fs');
    const { localDecoder } = require(${JSON.stringify(join(BUILT, 'decoder.js'))});
    const { serveThread } = require(${JSON.stringify(join(BUILT, '..', 'threads', 'server.js'))});
    let calls = 0;
    serveThread(() => ({
      ...localDecoder,
      async fileList(...args) {
        calls += 1;
        if (calls === 2 && !existsSync(${JSON.stringify(died)})) {
          writeFileSync(${JSON.stringify(died)}, '');
          process.exit(1);
        }
        return await localDecoder.fileList(...args);
      },
    }));`;
  writeFileSync(script, text);
  return script;
}

function pageOf(name: string, nextPageToken: string): RawBody {
  return body({ files: [{ id: name, name }], nextPageToken });
}

test('a thread that dies fails the pages that it had, and those after them are committed', async () => {
  const box = openTestStore(':memory:');
  const writer = createStoreWriter(box.store, createThreadDecoder(mortal()));
  const { fence } = box.claim(0);
  await expect(writer.commitPage(fence, pageOf('a', 't1'))).resolves.toMatchObject({ files: 1 });
  const next = { ...fence, page: 1 };
  await expect(writer.commitPage(next, pageOf('b', 't2'))).rejects.toThrow('thread has ended');
  await expect(writer.commitPage(next, pageOf('b', 't2'))).resolves.toMatchObject({
    result: { kind: 'committed' },
  });
  expect(box.rows('SELECT name FROM file ORDER BY name')).toEqual([{ name: 'a' }, { name: 'b' }]);
  await writer.close();
});
