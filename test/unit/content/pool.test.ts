import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fstatSync, mkdtempSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { inflateRawSync } from 'node:zlib';
import { ExtractionStopped, openExtraction, type Extraction } from '../../../src/content/extraction/pool';
import { EXTRACTION_LIMITS, timeFor, type ExtractionLimits } from '../../../src/content/extraction/limits';
import type { ExtractionResult } from '../../../src/content/model/extraction';
import type { DocumentKind } from '../../../src/content/model/kind';
import { SILENT } from '../../../src/log';
import { docx, openDocument, xlsx } from '../../support/office';
import { pdfFile, pdfText } from '../../support/pdf-file';

const BUILT = join(__dirname, '../../../dist/content/extract/main.js');
const POOL = join(__dirname, '../../../dist/content/extraction/pool.js');
const FAKE = join(__dirname, '../../support/extractors/child.cjs');
const DEAD = join(__dirname, '../../support/extractors/dead.cjs');
const NEVER = new AbortController().signal;

let folder = '';
let opened: Extraction[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'extraction-'));
});

afterEach(async () => {
  await Promise.all(opened.map((extraction) => extraction.close()));
  opened = [];
  rmSync(folder, { recursive: true });
});

function open(
  script: string,
  limits: Partial<ExtractionLimits> = {},
  { slots = 4, children = 1 } = {},
): Extraction {
  const extraction = openExtraction({ folder, slots, children, limits, log: SILENT, script });
  opened.push(extraction);
  return extraction;
}

/** Extracts the text of these bytes. */
async function extract(
  extraction: Extraction,
  content: string | Buffer,
  { kind, signal = NEVER }: { kind?: DocumentKind; signal?: AbortSignal } = {},
): Promise<ExtractionResult> {
  const slot = await extraction.takeSlot(signal);
  try {
    const bytes = Buffer.from(content as string);
    writeSync(slot.fd, bytes, 0, bytes.length, 0);
    return await extraction.extract(slot, { size: bytes.length, kind }, signal);
  } finally {
    slot.release();
  }
}

/** The process id of the fake extractor that answers. */
async function pidOf(extraction: Extraction): Promise<number> {
  const result = await extract(extraction, 'pid');
  return result.ok ? Number.parseInt(result.sha256, 16) : Number.NaN;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('the built extractor', () => {
  test('gives the text, its terms, places and digest, and leaves no file behind', async () => {
    const extraction = open(BUILT);
    const result = await extract(extraction, docx('<w:p><w:r><w:t>Crème 東京都</w:t></w:r></w:p>'));
    expect(result).toMatchObject({ ok: true, kind: 'docx', chars: 9, truncated: false, marks: [] });
    if (!result.ok) return;
    expect(inflateRawSync(result.text).toString()).toBe('Crème 東京都');
    expect(Buffer.from(result.terms).toString().trim()).toBe('Creme  東京 京都');
    expect(result.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('answers about many files of all sorts with several processes', async () => {
    const extraction = open(BUILT, { replaceFiles: 20 }, { slots: 4, children: 2 });
    const results = await Promise.all(
      Array.from({ length: 120 }, (_, index) =>
        index % 3 === 0
          ? extract(extraction, randomBytes(500), { kind: 'pdf' })
          : extract(extraction, `text ${String(index)}`, { kind: 'text' }),
      ),
    );
    const texts = results.map((result) =>
      result.ok ? inflateRawSync(result.text).toString() : result.problem,
    );
    expect(texts).toEqual(
      Array.from({ length: 120 }, (_, index) => (index % 3 === 0 ? 'malformed' : `text ${String(index)}`)),
    );
  });

  test.each<[DocumentKind, string | Buffer]>([
    ['pdf', pdfFile([pdfText('found')])],
    ['html', '<p>found</p>'],
    ['rtf', '{\\rtf1 found}'],
    ['mail', 'Subject: x\r\n\r\nfound'],
    ['csv', '"found",b'],
    ['notebook', '{"cells":[{"source":"found"}]}'],
    ['xlsx', xlsx([['S', '<row><c t="str"><v>found</v></c></row>']])],
    ['odt', openDocument('text', '<text:p>found</text:p>')],
  ])('loads what it needs for the kind %s', async (kind, content) => {
    const result = await extract(open(BUILT), content, { kind });
    expect(result).toMatchObject({ ok: true, kind });
    expect(result.ok && Buffer.from(result.terms).toString()).toContain('found');
  });

  test('the largest text of Chinese characters fits into an answer', async () => {
    const slot = Array.from({ length: 1_000_000 }, (_, index) =>
      String.fromCodePoint(0x4e00 + ((index * 7919) % 20_000)),
    );
    const result = await extract(open(BUILT), slot.join('').repeat(3), { kind: 'text' });
    expect(result).toMatchObject({ ok: true, chars: 2_000_000, truncated: true });
  });
});

describe('a process', () => {
  test.each<[deed: string, problem: string]>([
    ['exit', 'crashed'],
    ['kill', 'crashed'],
    ['throw', 'crashed'],
    ['endless', 'crashed'],
    ['large', 'crashed'],
    ['garbage', 'crashed'],
    ['lies', 'crashed'],
    ['loop', 'timeout'],
    ['unseen', 'timeout'],
    ['heap', 'memory'],
    ['buffers', 'memory'],
  ])(
    'whose deed is %s gives the file the problem %s, and the next file gets another process',
    async (deed, problem) => {
      const extraction = open(FAKE, { fileMs: deed === 'heap' || deed === 'buffers' ? 60_000 : 1_500 });
      const pid = await pidOf(extraction);
      expect(await extract(extraction, deed)).toEqual({ ok: false, problem });
      expect(isAlive(pid)).toBe(false);
      expect(await pidOf(extraction)).not.toBe(pid);
    },
  );

  test('can open no path, start nothing, change no slot, and knows no environment', async () => {
    expect(await extract(open(FAKE), 'look')).toEqual({ ok: false, problem: 'encrypted' });
  });

  test('is used again, and replaced after some files', async () => {
    const extraction = open(FAKE, { replaceFiles: 3 });
    const pids: number[] = [];
    for (let index = 0; index < 7; index += 1) pids.push(await pidOf(extraction));
    expect(new Set(pids.slice(0, 3)).size).toBe(1);
    expect(new Set(pids).size).toBe(3);
    expect(pids[2]).not.toBe(pids[3]);
  });

  test('that uses much memory is replaced between two files', async () => {
    const extraction = open(FAKE, { replaceRss: 1_000 });
    const pid = await pidOf(extraction);
    await extract(extraction, 'fine');
    expect(await pidOf(extraction)).not.toBe(pid);
  });

  test('without work ends after a while', async () => {
    const extraction = open(FAKE, { idleMs: 50 });
    const pid = await pidOf(extraction);
    expect(isAlive(pid)).toBe(true);
    for (let waited = 0; isAlive(pid) && waited < 5_000; waited += 20) await delay(20);
    expect(isAlive(pid)).toBe(false);
    expect(await pidOf(extraction)).not.toBe(pid);
  });

  test('that answers twice is not asked again', async () => {
    const extraction = open(FAKE);
    const pid = await pidOf(extraction);
    expect(await extract(extraction, 'twice')).toEqual({ ok: false, problem: 'no-text' });
    await delay(100);
    expect(await pidOf(extraction)).not.toBe(pid);
  });

  test('killed from outside in the middle of a file is a crash of that file only', async () => {
    const extraction = open(FAKE);
    const pid = await pidOf(extraction);
    const result = extract(extraction, 'loop');
    await delay(100);
    process.kill(pid, 'SIGKILL');
    expect(await result).toEqual({ ok: false, problem: 'crashed' });
    expect(await extract(extraction, 'fine')).toEqual({ ok: false, problem: 'no-text' });
  });

  test('an abort ends it, and frees its slot and its place', async () => {
    const extraction = open(FAKE, {}, { slots: 1, children: 1 });
    const pid = await pidOf(extraction);
    const abort = new AbortController();
    const result = extract(extraction, 'loop', { signal: abort.signal });
    setTimeout(() => {
      abort.abort(new Error('stop'));
    }, 100);
    await expect(result).rejects.toThrow('stop');
    expect(isAlive(pid)).toBe(false);
    expect(await extract(extraction, 'fine')).toEqual({ ok: false, problem: 'no-text' });
  });
});

test('files that crash one process after another do not stop the extraction', async () => {
  const extraction = open(FAKE);
  for (let index = 0; index < 4; index += 1)
    expect(await extract(extraction, 'exit')).toEqual({ ok: false, problem: 'crashed' });
  expect(await extract(extraction, 'fine')).toEqual({ ok: false, problem: 'no-text' });
});

test('three processes that end before they are ready stop it, for who waits too', async () => {
  const extraction = open(DEAD);
  const results = await Promise.allSettled(Array.from({ length: 3 }, () => extract(extraction, 'fine')));
  for (const result of results)
    expect(result).toMatchObject({ status: 'rejected', reason: expect.any(ExtractionStopped) });
  await expect(extract(extraction, 'fine')).rejects.toThrow(ExtractionStopped);
});

test('a file has 20 seconds, a second more for each megabyte, and never more than two minutes', () => {
  const times = [0, 10, 1_000].map((megabytes) => timeFor(megabytes * 1024 * 1024, EXTRACTION_LIMITS));
  expect(times).toEqual([20_000, 30_000, 120_000]);
});

test('when this process is killed, its extractors end and no file stays', async () => {
  const program = `
    const { openExtraction } = require(${JSON.stringify(POOL)});
    const log = { write() {}, with: () => log };
    const options = { folder: ${JSON.stringify(folder)}, slots: 2, children: 1, script: ${JSON.stringify(FAKE)}, log };
    const extraction = openExtraction(options);
    const never = new AbortController().signal;
    extraction.takeSlot(never).then(async (slot) => {
      require('node:fs').writeSync(slot.fd, 'pid', 0);
      const { sha256 } = await extraction.extract(slot, { size: 3 }, never);
      process.stdout.write(String(Number.parseInt(sha256, 16)));
    });`;
  const parent = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(said.toString());
  expect(isAlive(pid)).toBe(true);
  parent.kill('SIGKILL');
  for (let waited = 0; isAlive(pid) && waited < 10_000; waited += 20) await delay(20);
  expect(isAlive(pid)).toBe(false);
  expect(readdirSync(folder)).toEqual([]);
});

describe('slots', () => {
  test('go to who asked first', async () => {
    const extraction = open(FAKE, {}, { slots: 1 });
    const order: number[] = [];
    const first = await extraction.takeSlot(NEVER);
    const rest = [1, 2, 3].map(async (number) => {
      const slot = await extraction.takeSlot(NEVER);
      order.push(number);
      slot.release();
    });
    await delay(10);
    expect(order).toEqual([]);
    first.release();
    await Promise.all(rest);
    expect(order).toEqual([1, 2, 3]);
  });

  test('who gives up waiting gets none, and nobody loses one', async () => {
    const extraction = open(FAKE, {}, { slots: 1 });
    const first = await extraction.takeSlot(NEVER);
    const abort = new AbortController();
    const given = extraction.takeSlot(abort.signal);
    const next = extraction.takeSlot(NEVER);
    abort.abort(new Error('no longer'));
    await expect(given).rejects.toThrow('no longer');
    first.release();
    first.release();
    (await next).release();
    (await extraction.takeSlot(NEVER)).release();
  });

  test('are empty again, and private', async () => {
    const extraction = open(FAKE, {}, { slots: 1 });
    const first = await extraction.takeSlot(NEVER);
    writeSync(first.fd, 'secret', 0);
    expect(fstatSync(first.fd).mode & 0o777).toBe(0o600);
    expect(fstatSync(first.fd).nlink).toBe(0);
    first.release();
    const second = await extraction.takeSlot(NEVER);
    expect(fstatSync(second.fd).size).toBe(0);
    await expect(extraction.extract(first, { size: 1, kind: 'text' }, NEVER)).rejects.toThrow('given back');
    second.release();
  });

  test('closing ends processes and refuses who waits', async () => {
    const extraction = open(FAKE, {}, { slots: 2 });
    opened = [];
    const pid = await pidOf(extraction);
    const running = extract(extraction, 'loop');
    await delay(50);
    const slot = await extraction.takeSlot(NEVER);
    const waiting = extraction.takeSlot(NEVER);
    const settled = Promise.allSettled([running, waiting]);
    slot.release();
    await extraction.close();
    expect(isAlive(pid)).toBe(false);
    expect((await settled)[0]).toMatchObject({ status: 'rejected' });
    await expect(extraction.takeSlot(NEVER)).rejects.toThrow('closed');
  });
});
