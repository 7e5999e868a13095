/** Random histories of lanes that share a crawl, crash, meet disorder and lose page tokens; in the end every file has to be in the store. */
import * as fc from 'fast-check';
import { USER_SOURCE } from '../../src/model/job';
import type { Claim } from '../../src/model/partition';
import type { ListedPage } from '../../src/store/crawl/partitions';
import { recordsOf, simulateCrawl } from '../support/lane-simulation';
import { ListedDrive, newestFirst, type DriveFile, type ListingOrder } from '../support/listed-drive';
import { OPENED_AT, openTestStore, page, startedPass, type TestStore } from '../support/stores';

/** So many histories a run: `LANES_RUNS=5000 LANES_SEED=1 npx jest --selectProjects contract -- lanes-coverage`. */
const RUNS = Number(process.env['LANES_RUNS'] ?? 150);
const SEED = Number(process.env['LANES_SEED'] ?? 20_260_101);
const YEAR = 365.25 * 86_400_000;
const MOST_LANES = 5;
/** Rejections of a listing's tokens after which it may be given up. */
const REJECTIONS_TO_GIVE_UP = 2;

type Command =
  /** A lane claims, again if it has a claim. */
  | { do: 'claim'; lane: number }
  /** A lane asks for its next page and has not committed it yet. */
  | { do: 'fetch'; lane: number }
  /** What a lane has asked for is committed, however much has happened since. */
  | { do: 'commit'; lane: number }
  /** All of it at once. */
  | { do: 'list'; lane: number }
  | { do: 'reject'; lane: number }
  | { do: 'crash' }
  /** All other turns are over, and this lane is the only one. */
  | { do: 'alone'; lane: number };

interface History {
  files: Omit<DriveFile, 'id'>[];
  order: ListingOrder;
  pageSize: number;
  lanes: number;
  /** What is recent is listed once more at the end. */
  again: boolean;
  commands: Command[];
  /** Files one after another, a page at the most, whose times were set back so lately that they are still listed where they were. */
  stray: { at: number; count: number; shown: number } | undefined;
}

/** Where many files are, so that a listing that is divided first stands here. */
const RECENT = OPENED_AT - 86_400_000;
/** A second in which many files are, too: the first cut is at its start. */
const BURST = Math.floor((RECENT + Date.UTC(2008, 0, 1)) / 2_000) * 1_000;

const anyTime: fc.Arbitrary<number | undefined> = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: OPENED_AT - 15 * YEAR, max: OPENED_AT - 1 }) },
  { weight: 4, arbitrary: fc.integer({ min: BURST - 2_000, max: BURST + 2_999 }) },
  { weight: 2, arbitrary: fc.integer({ min: BURST, max: BURST + 999 }) },
  { weight: 2, arbitrary: fc.constant(BURST + 500) },
  { weight: 3, arbitrary: fc.constant(RECENT) },
  { weight: 2, arbitrary: fc.integer({ min: Date.UTC(1960, 0, 1), max: Date.UTC(2008, 0, 1) }) },
  { weight: 1, arbitrary: fc.integer({ min: OPENED_AT, max: OPENED_AT + YEAR }) },
  { weight: 1, arbitrary: fc.constant(undefined) },
);
const lane = fc.nat(MOST_LANES - 1);
const of = <D extends Command['do']>(name: D) => fc.record({ do: fc.constant(name), lane });
const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  { weight: 6, arbitrary: of('list') },
  { weight: 4, arbitrary: of('fetch') },
  { weight: 4, arbitrary: of('commit') },
  { weight: 3, arbitrary: of('claim') },
  { weight: 1, arbitrary: of('reject') },
  { weight: 1, arbitrary: of('alone') },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const) }) },
);
const history: fc.Arbitrary<History> = fc.record({
  files: fc.array(fc.record({ modified: anyTime, trashed: fc.oneof(fc.constant(false), fc.boolean()) }), {
    maxLength: 70,
    size: 'max',
  }),
  order: fc.constantFrom<ListingOrder>('honored', 'honored', 'late', 'sloppy', 'ignored', 'paged'),
  pageSize: fc.integer({ min: 2, max: 6 }),
  lanes: fc.integer({ min: 1, max: MOST_LANES }),
  again: fc.boolean(),
  commands: fc.array(anyCommand, { maxLength: 80, size: 'max' }),
  stray: fc.option(
    fc.record({
      at: fc.nat(69),
      count: fc.integer({ min: 1, max: 6 }),
      shown: fc.integer({ min: Date.UTC(1990, 0, 1), max: OPENED_AT - 1 }),
    }),
    { nil: undefined, freq: 2 },
  ),
});

interface Lane {
  claim: Claim | undefined;
  /** A page that was asked for and is not committed. */
  fetched: ListedPage | undefined;
}

const WINDOWS = 'SELECT trashed, from_s, before_s FROM partition ORDER BY trashed, from_s';
const AGAIN = 'SELECT recent FROM generation';
const PARTIAL = "SELECT pk FROM partition WHERE state = 'partial'";

/** The files of a Drive, those without a time fewer than a page: more are a question of their own. */
function withIds({ files, pageSize, stray }: History): DriveFile[] {
  const timed = files.filter(({ modified }) => modified !== undefined);
  const untimed = files.filter(({ modified }) => modified === undefined).slice(0, pageSize - 1);
  const ids = [...timed, ...untimed].map((each, at) => ({ ...each, id: `f${String(at)}` }));
  if (stray === undefined) return ids;
  const { at: first, shown } = stray;
  const end = first + Math.min(stray.count, pageSize);
  return newestFirst(ids).map((each, at) =>
    at >= first && at < end && shown < (each.modified ?? -Infinity) ? { ...each, shown } : each,
  );
}

/** A Drive, its copy and the lanes between them. */
class Play {
  readonly drive: ListedDrive;
  readonly box: TestStore = openTestStore(':memory:');
  pages = 0;
  readonly #lanes: Lane[];
  readonly #given: History;
  readonly #rejections = new Map<number, number>();

  constructor(given: History) {
    const { order, pageSize, lanes, again } = given;
    this.#given = given;
    if (!again) this.box.db.exec('UPDATE generation SET recent = 1');
    this.drive = new ListedDrive(withIds(given), { order, pageSize, openedMs: OPENED_AT });
    this.#lanes = Array.from({ length: lanes }, () => ({ claim: undefined, fetched: undefined }));
  }

  step(command: Command): void {
    if (command.do === 'crash') return this.#crash();
    const number = command.lane % this.#lanes.length;
    switch (command.do) {
      case 'claim':
        this.#claim(number, false);
        return;
      case 'fetch':
        return this.#fetch(number);
      case 'commit':
        return this.#commit(number);
      case 'list':
        this.#list(number);
        return;
      case 'reject':
        return this.#reject(number);
      case 'alone':
        for (const other of this.#lanes) other.claim = undefined;
        this.#claim(number, true);
    }
  }

  /** Lets all lanes list until there is nothing left. */
  drain(atMost: number): void {
    const limit = this.pages + atMost;
    while (this.#lanes.map((_, number) => this.#list(number)).includes(true))
      if (this.pages > limit) throw new Error(`the lanes do not come to an end in ${String(atMost)} pages`);
  }

  /** Another job is started, which gives what was given up another chance. */
  startNextJob(): void {
    this.#start('job-2');
  }

  close(): void {
    this.box.store.close();
  }

  #start(jobId: string): void {
    this.box.pass = startedPass(this.box.store.startJob({ jobId, attempt: 1, requestedAt: 1 }));
    for (const each of this.#lanes) each.claim = undefined;
  }

  /** The process dies; what it had asked for may still arrive from a lane that does not know. */
  #crash(): void {
    this.#start('job-1');
  }

  #claim(number: number, alone: boolean): Claim | undefined {
    const claimant = { sourceId: USER_SOURCE, epoch: this.box.epoch, lane: number, alone };
    const result = this.box.store.claim(claimant);
    expect(result.kind).not.toBe('superseded');
    return (this.#lanes[number]!.claim = result.kind === 'claimed' ? result.claim : undefined);
  }

  #fetch(number: number): void {
    const own = this.#lanes[number]!;
    if (own.claim === undefined) return;
    const { fence, position } = own.claim;
    const { files, nextPageToken } = this.drive.list(position);
    this.pages += 1;
    own.fetched = page(fence, { files: recordsOf(files), nextPageToken });
  }

  #commit(number: number): void {
    const own = this.#lanes[number]!;
    const { fetched } = own;
    if (fetched === undefined) return;
    own.fetched = undefined;
    const ahead = this.box.store.ahead(fetched);
    const result = this.box.commit(fetched);
    expect(result.kind).not.toBe('circular');
    own.claim = result.kind === 'committed' ? result.next : undefined;
    // Where the next page is asked for ahead, it is the one that is wanted, or none is.
    if (own.claim !== undefined && ahead !== undefined) expect(own.claim.position.pageToken).toBe(ahead);
  }

  /** One whole page of a lane; false if there is none for it. */
  #list(number: number): boolean {
    const own = this.#lanes[number]!;
    if ((own.claim ?? this.#claim(number, this.#lanes.length === 1)) === undefined) return false;
    this.#fetch(number);
    this.#commit(number);
    return true;
  }

  /** Only a token can be rejected; the lane lets go of its claim, as after any failure. */
  #reject(number: number): void {
    const own = this.#lanes[number]!;
    if (own.claim?.position.pageToken === undefined) return;
    const { fence } = own.claim;
    if (this.#given.stray !== undefined && this.#reliesOnLastPage(fence.partition)) return;
    const rejections = (this.#rejections.get(fence.partition) ?? 0) + 1;
    const outcome = this.box.store.rejectToken(fence);
    own.claim = undefined;
    if (outcome === 'refused') return;
    this.#rejections.set(fence.partition, rejections);
    if (outcome === 'partial') expect(rejections).toBeGreaterThanOrEqual(REJECTIONS_TO_GIVE_UP);
  }

  /** Where there is no page before the last, or going on below that one was in vain. */
  #reliesOnLastPage(partition: number): boolean {
    const row = this.box.row(`SELECT query_page, restarts FROM partition WHERE pk = ${String(partition)}`);
    return Number(row['query_page']) < 2 || Number(row['restarts']) > 0;
  }

  /** Expects the listing to be at its end and every file to be in the store, unless files came in no order and no page showed it. */
  checkListed(): void {
    expect(this.box.rows("SELECT pk, state FROM partition WHERE state <> 'done'")).toEqual([]);
    expect(this.box.row(AGAIN)).toEqual({ recent: 1 });
    const ordered = this.box.row('SELECT ordered FROM generation')['ordered'] === 1;
    const { order, stray } = this.#given;
    if (order === 'honored' && stray === undefined) expect(ordered).toBe(true);
    if (ordered && (order === 'ignored' || order === 'paged')) return;
    const stored = this.box.rows('SELECT id FROM file ORDER BY id').map(({ id }) => id);
    expect(stored).toEqual(this.drive.files.map(({ id }) => id).toSorted());
  }

  /** Expects the windows of both states of the trash to be disjoint and to leave nothing out; what is listed again lies over them. */
  checkWindows(): void {
    if (this.#given.again && this.box.row(AGAIN)['recent'] === 1) return;
    const windows = this.box.rows(WINDOWS);
    for (const state of [0, 1]) {
      const own = windows.filter(({ trashed }) => trashed === state);
      expect([null, ...own.map(({ before_s }) => before_s)]).toEqual([
        ...own.map(({ from_s }) => from_s),
        null,
      ]);
      const bounds = own.map(({ from_s }) => Number(from_s ?? -Infinity));
      expect(new Set(bounds).size).toBe(own.length);
    }
  }
}

/** Pages that a whole listing takes at least. */
function leastPages({ files, pageSize }: History): number {
  const inTrash = files.filter(({ trashed }) => trashed).length;
  const pages = (count: number) => Math.max(1, Math.ceil(count / pageSize));
  return pages(inTrash) + pages(files.length - inTrash);
}

/** Halving eighteen years as often gives a second. */
const MOST_CUTS = 29;
/** A division lists at most so many pages that bring nothing new: without order, two of the victim's and an empty one of the thief's. */
const PAGES_A_CUT = 3;

/** All pages once more after disorder, and what it takes to cut down to the burst in both states of the trash; all of it again if everything is recent. */
function mostPages(given: History): number {
  return (given.again ? 2 : 1) * (2 * leastPages(given) + 2 * MOST_CUTS * PAGES_A_CUT);
}

test('whatever happens to lanes, windows never overlap or leave anything out, and every file is listed', () => {
  const everyFile = fc.property(history, (given) => {
    const play = new Play(given);
    const { box } = play;
    try {
      for (const each of given.commands) {
        play.step(each);
        play.checkWindows();
      }
      play.drain(mostPages(given));
      if (box.rows(PARTIAL).length > 0) {
        play.startNextJob();
        play.drain(mostPages(given));
      }
      play.checkWindows();
      play.checkListed();
    } finally {
      play.close();
    }
  });
  fc.assert(everyFile, { seed: SEED, numRuns: RUNS });
});

test.each(['0001-01-01T00:00:00Z', '1013-01-01T00:00:00Z', '1969-12-31T23:59:59Z'])(
  'files of %s are found, and no bound goes where Drive takes none',
  (time) => {
    const modified = Date.parse(time);
    const old = Array.from({ length: 6 }, (_, at) => ({ id: `f${String(at)}`, modified, trashed: false }));
    const drive = new ListedDrive(old, { pageSize: 2, order: 'honored', openedMs: OPENED_AT });
    expect(simulateCrawl(drive, { lanes: 3, latency: () => 300 }).files).toBe(6);
  },
);
