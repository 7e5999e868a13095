import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import {
  countInherited,
  eventsOf,
  historyEvents,
  newestOf,
  type HistoryFilter,
} from '../../src/queries/history';
import { openReader, type Reader } from '../../src/store/reader';
import { file, openTestStore, page, type TestStore } from '../support/stores';

const FOLDER = 'application/vnd.google-apps.folder';
const EVENTS = 5_000;

let folder: string;
let box: TestStore;
let reader: Reader;

/** `top` holds `inner`, which holds every third file; `round1` and `round2` lie in each other. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gdrive-sync-history-'));
  const path = join(folder, 'store.db');
  box = openTestStore(path);
  box.store.changeSettings({ walk: false });
  const tree = [
    file('top', { mimeType: FOLDER, parents: ['root'] }),
    file('inner', { mimeType: FOLDER, parents: ['top'] }),
    file('round1', { mimeType: FOLDER, parents: ['round2'] }),
    file('round2', { mimeType: FOLDER, parents: ['round1'] }),
  ];
  const places = ['inner', 'root', 'round1', 'nowhere'];
  const files = Array.from({ length: 400 }, (_, at) =>
    file(`file-${String(at)}`, { parents: [places[at % places.length]!] }),
  );
  box.commit(page(box.claim(0).fence, { files: [...tree, ...files] }));
  box.settle();
  const add = box.db.prepare(
    `INSERT INTO file_event (at, file_pk, kind, inherited, changes) VALUES (?, (SELECT pk FROM file WHERE id = ?), 'edited', ?, '{}')`,
  );
  box.db.transaction(() => {
    for (let at = 0; at < EVENTS; at++)
      add.run(1_000 + at, `file-${String((at * 7) % 400)}`, Number(at % 5 === 0));
  })();
  reader = openReader(path)!;
});
afterAll(() => {
  reader.close();
  box.store.close();
  rmSync(folder, { recursive: true });
});

/** The question as one statement, which walks the whole subtree. */
function expected(
  { since = 0, folder: above, file: only, after = 0, upTo = EVENTS }: HistoryFilter,
  inherited: string,
) {
  const rows = box.db
    .prepare<unknown[], { pk: number }>(
      `WITH RECURSIVE below (id) AS (SELECT @above UNION SELECT file.id FROM file JOIN below ON file.parent_id = below.id)
      SELECT file_event.pk FROM file_event JOIN file ON file.pk = file_pk
      WHERE (@above IS NULL OR file.id IN below) AND (@only IS NULL OR file.id = @only) AND file_event.at >= @since
        AND file_event.pk > @after AND file_event.pk <= @upTo AND ${inherited} ORDER BY file_event.pk`,
    )
    .all({ above: above ?? null, only: only ?? null, since, after, upTo });
  return rows.map(({ pk }) => pk);
}

test('any filter lets the same events through as one statement does, however many pages they are on', () => {
  const filters = fc.record(
    {
      since: fc.integer({ min: 0, max: EVENTS + 2_000 }),
      folder: fc.constantFrom('top', 'inner', 'round1', 'root', 'file-0', 'nowhere'),
      file: fc.constantFrom('file-0', 'file-21', 'top', 'unknown'),
      upTo: fc.integer({ min: 0, max: EVENTS }),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(filters, fc.integer({ min: 1, max: EVENTS }), fc.boolean(), (filter, limit, inherited) => {
      const all = expected(filter, inherited ? 'TRUE' : 'inherited = 0');
      const found = historyEvents(reader, filter, { limit, inherited }).map(({ number }) => number);
      expect(found).toEqual(all.slice(-limit));
      expect(countInherited(reader, filter)).toBe(expected(filter, 'inherited = 1').length);
    }),
    {
      numRuns: 60,
      examples: [
        [{ folder: 'top' }, 50, false],
        [{ since: 5_500 }, EVENTS, true],
        [{}, EVENTS, true],
      ],
    },
  );
});

test('what is below a folder costs a few look-ups for a few events, however much lies below it', () => {
  let lookUps = 0;
  const counting: Reader = { ...reader, get: (...args) => ((lookUps += 1), reader.get(...args)) };
  const filter = { folder: 'top', after: EVENTS - 20, upTo: EVENTS };
  const events = [...eventsOf(counting, filter, { inherited: true })];
  expect(events.map(({ number }) => number)).toEqual(expected(filter, 'TRUE'));
  expect(events.length).toBeGreaterThan(0);
  expect(lookUps).toBeLessThanOrEqual(8);
  expect(newestOf(reader, { since: EVENTS + 5_000 }, { limit: 1, inherited: true })).toMatchObject({
    after: Number.MAX_SAFE_INTEGER - 1,
  });
});
