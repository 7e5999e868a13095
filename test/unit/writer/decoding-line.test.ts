import { DecodingLine } from '../../../src/writer/decoding-line';
import type { PackingMemory } from '../../../src/writer/packed-files';
import type { CommitOptions } from '../../../src/writer/page-writer';

interface Decoding {
  settle: () => void;
  fail: (error: Error) => void;
  spare: PackingMemory | undefined;
}

interface Committing extends CommitOptions {
  settle: () => void;
  fail: (error: Error) => void;
}

/** A line whose decoder and writer wait to be told; pages are names. */
function createLine() {
  const flush = jest.fn();
  const line = new DecodingLine(flush);
  const decoding = new Map<string, Decoding>();
  const committing = new Map<string, Committing>();
  const run = (name: string): Promise<string> =>
    line.run({
      decode: (spare) =>
        new Promise<string>((resolve, fail) => {
          decoding.set(name, { settle: () => resolve(name), fail, spare });
        }),
      commit: (page, options) =>
        new Promise<string>((resolve, fail) => {
          committing.set(page, { ...options, settle: () => resolve(`${page} committed`), fail });
        }),
      onNote: () => undefined,
    });
  return { flush, decoding, committing, run };
}

/** Lets everything happen that waits for nothing. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

const numbered = (count: number) => Array.from({ length: count }, (_, at) => String(at));

test('a page tells the writer whether others follow', async () => {
  const { decoding, committing, run } = createLine();
  const runs = ['a', 'b'].map(run);
  await settled();
  for (const { settle } of decoding.values()) settle();
  await settled();
  expect([...committing].map(([name, { moreFollow }]) => [name, moreFollow])).toEqual([
    ['a', true],
    ['b', false],
  ]);
  for (const { settle } of committing.values()) settle();
  await expect(Promise.all(runs)).resolves.toEqual(['a committed', 'b committed']);
});

test('where what followed is no page, the writer need not wait for it', async () => {
  const { flush, decoding, committing, run } = createLine();
  const [, second] = ['a', 'b'].map(run);
  await settled();
  decoding.get('a')?.settle();
  await settled();
  expect(committing.get('a')).toMatchObject({ moreFollow: true });
  expect(flush).not.toHaveBeenCalled();
  decoding.get('b')?.fail(new Error('no page'));
  await expect(second).rejects.toThrow('no page');
  expect(flush).toHaveBeenCalledTimes(1);
});

test('nor need it where what followed never came to it', async () => {
  const { flush, decoding, committing, run } = createLine();
  const [, second] = ['a', 'b'].map(run);
  await settled();
  for (const { settle } of decoding.values()) settle();
  await settled();
  committing.get('b')?.fail(new Error('no way'));
  await expect(second).rejects.toThrow('no way');
  expect(flush).toHaveBeenCalledTimes(1);
});

test('eight pages are ahead of what is written, and each next one is packed in the memory of one that is', async () => {
  const { decoding, committing, run } = createLine();
  void numbered(10).map(run);
  await settled();
  expect([...decoding.keys()]).toEqual(numbered(8));
  for (const { settle } of decoding.values()) settle();
  await settled();
  expect(committing.size).toBe(8);
  expect(decoding.size).toBe(8);
  const spare = { bytes: new Uint8Array(1), cells: new Float64Array(1) };
  committing.get('0')?.onNote({ kind: 'ahead', token: 't' });
  await settled();
  expect(decoding.size).toBe(8);
  committing.get('0')?.onNote({ kind: 'written', spare });
  committing.get('0')?.settle();
  await settled();
  expect([...decoding.keys()]).toEqual(numbered(9));
  expect(decoding.get('8')?.spare).toBe(spare);
});

test('a page that is no page makes room for the next one', async () => {
  const { decoding, run } = createLine();
  const runs = numbered(9).map(run);
  await settled();
  decoding.get('3')?.fail(new Error('no page'));
  await expect(runs[3]).rejects.toThrow('no page');
  await settled();
  expect(decoding.size).toBe(9);
});

test('memory is kept for the next page while pages come, and given back when none has come for a while', async () => {
  jest.useFakeTimers({ doNotFake: ['setImmediate'] });
  try {
    const { decoding, committing, run } = createLine();
    const spare = { bytes: new Uint8Array(1), cells: new Float64Array(1) };
    const pass = async (name: string) => {
      const done = run(name);
      await settled();
      decoding.get(name)?.settle();
      await settled();
      committing.get(name)?.onNote({ kind: 'written', spare });
      committing.get(name)?.settle();
      await done;
      return decoding.get(name)?.spare;
    };
    await pass('a');
    jest.advanceTimersByTime(9_000);
    expect(await pass('b')).toBe(spare);
    jest.advanceTimersByTime(9_000);
    expect(await pass('c')).toBe(spare);
    jest.advanceTimersByTime(11_000);
    expect(await pass('d')).toBeUndefined();
  } finally {
    jest.useRealTimers();
  }
});
