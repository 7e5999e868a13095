import { gunzipSync } from 'node:zlib';
import { packPiece, PackedText, type Piece } from '../../../emulator/packed-text';

async function unzipped(pieces: readonly Piece[]): Promise<string> {
  return gunzipSync(Buffer.concat(await new PackedText(pieces).gzip())).toString();
}

const SOME = Buffer.from('some text, '.repeat(100));
/** Longer than one block of DEFLATE can hold as it is. */
const LONG = Buffer.from('añ, '.repeat(40_000));

test.each<[string, readonly Piece[]]>([
  ['nothing that was compressed before', [{ bytes: SOME }, { bytes: LONG }]],
  ['only what was', [packPiece(LONG), packPiece(SOME)]],
  [
    'both, and nothing at all between',
    [{ bytes: SOME }, packPiece(LONG), { bytes: Buffer.alloc(0) }, { bytes: LONG }],
  ],
])('a text of pieces is one gzip member: %s', async (_, pieces) => {
  expect(await unzipped(pieces)).toBe(pieces.map(({ bytes }) => bytes.toString()).join(''));
});
