import * as fc from 'fast-check';
import { encodeFrame, FrameError, FrameReader } from '../../../src/content/model/frame';
import { readAnswer, readRequest } from '../../../src/content/model/messages';

const bytesOf = (header: object, parts: Uint8Array[] = []): Buffer =>
  Buffer.concat(encodeFrame(header, parts));

test('frames are read as they were written, however the stream is cut', () => {
  const frame = fc.record({
    value: fc.string(),
    parts: fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 3 }),
  });
  fc.assert(
    fc.property(
      fc.array(frame, { maxLength: 4 }),
      fc.array(fc.integer({ min: 1, max: 30 })),
      (frames, cuts) => {
        const stream = Buffer.concat(frames.map(({ value, parts }) => bytesOf({ value }, parts)));
        const reader = new FrameReader(10_000);
        const read = [];
        let at = 0;
        for (const cut of [...cuts, stream.length])
          read.push(...reader.push(stream.subarray(at, (at += cut))));
        expect(
          read.map(({ header, parts }) => ({
            value: header['value'],
            parts: parts.map((part) => new Uint8Array(part)),
          })),
        ).toEqual(frames);
      },
    ),
  );
});

test.each<[string, Buffer]>([
  ['a length beyond the limit', Buffer.from('<html>')],
  ['no JSON', Buffer.from('\0\0\0\x03abc')],
  ['no object', Buffer.from('\0\0\0\x011')],
  ['no parts', Buffer.from('\0\0\0\x02{}')],
  ['parts that are no lengths', Buffer.from('\0\0\0\x0e{"parts":[-1]}')],
  ['parts beyond the limit', bytesOf({}, [Buffer.alloc(2_000)])],
])('%s is no frame', (_name, bytes) => {
  expect(() => new FrameReader(1_000).push(bytes)).toThrow(FrameError);
});

const ANSWER = {
  ok: true,
  kind: 'text',
  chars: 5,
  marks: [{ at: 0, label: 'p. 1' }],
  truncated: false,
  sha256: 'a'.repeat(64),
  rss: 1,
};
const parts = [Buffer.from('t'), Buffer.from('i')];

test('an answer is read', () => {
  expect(readAnswer({ header: ANSWER, parts }).result).toMatchObject({ chars: 5, marks: ANSWER.marks });
});

test.each<[string, object]>([
  ['an unknown kind', { kind: 'exe' }],
  ['an unknown problem', { ok: false, problem: 'x' }],
  ['a negative length', { chars: -1 }],
  ['no digest', { sha256: 'A' }],
  ['marks that are no list', { marks: {} }],
  [
    'marks in disorder',
    {
      marks: [
        { at: 3, label: 'a' },
        { at: 2, label: 'b' },
      ],
    },
  ],
  ['a mark beyond the end', { marks: [{ at: 6, label: 'a' }] }],
  ['a mark without a label', { marks: [{ at: 1 }] }],
  ['no memory', { rss: 'x' }],
])('an answer with %s is refused', (_name, change) => {
  expect(() => readAnswer({ header: { ...ANSWER, ...change }, parts })).toThrow('not an answer');
});

test('a request is read, and refused without a slot', () => {
  expect(readRequest({ slot: 1, size: 2, kind: 'pdf' })).toEqual({ slot: 1, size: 2, kind: 'pdf' });
  expect(readRequest({ slot: 1, size: 2, kind: 'exe' }).kind).toBeUndefined();
  expect(() => readRequest({ slot: -1, size: 2 })).toThrow('not a request');
});
