import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  createEmulation,
  startEmulator,
  type Emulation,
  type EmulatorOptions,
  type PageWriter,
} from '../../emulator';
import { importModule } from '../support/import-module';
import { drain, startToken } from './emulator-client';
import { listAll } from './emulator-request';

interface Piece {
  bytes: Buffer;
  blocks?: Buffer;
}

interface CacheModule {
  PageCache: new () => PageWriter;
}

interface TextModule {
  packPiece: (bytes: Buffer) => Piece;
  PackedText: new (pieces: readonly Piece[]) => { gzip(): Promise<Buffer[]> };
}

const FOLDER = join(__dirname, '../../bench/page-cache');
const OPTIONS: EmulatorOptions = {
  corpus: { kind: 'seed', seed: 11, files: 3000, hostile: true },
  pageCap: 1000,
};

function pageOf(emulation: Emulation, account: 'first' | 'other'): unknown {
  const { request } = account === 'first' ? emulation : emulation.other(0);
  return request('files.list', { fields: 'files', pageSize: '1000' });
}

/** What makes the emulator of the benchmark cheap must not show. */
describe('the page cache of the benchmark', () => {
  let cache: CacheModule;
  let text: TextModule;

  beforeAll(async () => {
    cache = await importModule<CacheModule>(join(FOLDER, 'page-cache.mjs'));
    text = await importModule<TextModule>(join(FOLDER, 'packed-text.mjs'));
  });

  test.each(['true', 'false'])('gives the same listings, and changes (pretty: %s)', async (prettyPrint) => {
    const plain = await startEmulator(OPTIONS);
    const cached = await startEmulator({ ...OPTIONS, pageWriter: new cache.PageCache() });
    try {
      const query = { fields: 'files(id,name,parents,owners),nextPageToken', pageSize: '1000', prettyPrint };
      const first = await listAll(plain, query);
      for (const pageSize of ['1000', '1000', '170', '3'])
        expect(await listAll(cached, { ...query, pageSize })).toEqual(first);
      const [id] = cached.world.ids({ folders: false });
      cached.world.rename(id!, 'another name');
      const renamed = (await listAll(cached, query)).filter((file) => file.name === 'another name');
      expect(renamed.map((file) => file.id)).toEqual([id]);
    } finally {
      await Promise.all([plain.close(), cached.close()]);
    }
  });

  test('keeps the files of each account apart', async () => {
    const accounts: EmulatorOptions = {
      corpus: { kind: 'seed', seed: 1, files: 200 },
      others: [{ accessToken: 'other', corpus: { kind: 'seed', seed: 2, files: 200 } }],
    };
    const plain = await createEmulation(accounts);
    const cached = await createEmulation({ ...accounts, pageWriter: new cache.PageCache() });
    for (const account of ['first', 'other', 'first'] as const)
      expect(pageOf(cached, account)).toEqual(pageOf(plain, account));
  });

  test('gives the same changes, and what has come since', async () => {
    const small: EmulatorOptions = { corpus: { kind: 'seed', seed: 5, files: 60 } };
    const plain = await createEmulation(small);
    const cached = await createEmulation({ ...small, pageWriter: new cache.PageCache() });
    const token = startToken(cached);
    const names = (from: Emulation): unknown[] => drain(from, token).changes.map(({ file }) => file?.name);
    const [id = '', other = ''] = cached.world.ids({ folders: false });
    const acts = [
      (from: Emulation) => from.world.rename(id, 'first name'),
      (from: Emulation) => from.world.rename(id, 'second name'),
      (from: Emulation) => from.world.rename(other, 'other name'),
    ];
    for (const act of acts) {
      for (const each of [plain, cached]) act(each);
      expect(names(cached)).toEqual(names(plain));
      expect(names(cached)).toEqual(names(plain));
    }
    expect(names(cached)).toEqual(['second name', 'other name']);
    cached.changes({ unknownKinds: true });
    expect(names(cached)).toEqual(['second name', 'other name', undefined]);
  });

  test('joins pieces to one gzip member, whether they were compressed before or not', async () => {
    const some = Buffer.from('some text, '.repeat(100));
    // Longer than one block of DEFLATE can hold without compression.
    const long = Buffer.from('añ, '.repeat(40_000));
    const { packPiece, PackedText } = text;
    const texts: readonly (readonly Piece[])[] = [
      [{ bytes: some }, { bytes: long }],
      [packPiece(long), packPiece(some)],
      [{ bytes: some }, packPiece(long), { bytes: Buffer.alloc(0) }, { bytes: long }],
    ];
    for (const pieces of texts) {
      const unzipped = gunzipSync(Buffer.concat(await new PackedText(pieces).gzip())).toString();
      expect(unzipped).toBe(pieces.map(({ bytes }) => bytes.toString()).join(''));
    }
  });
});
