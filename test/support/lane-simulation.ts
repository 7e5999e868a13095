/** Lanes that crawl a listed Drive on a virtual clock: what takes time is a request, and nothing else does. */
import { USER_SOURCE } from '../../src/model/job';
import type { FileRecord } from '../../src/model/file';
import type { Claim } from '../../src/model/partition';
import type { ListedPage } from '../../src/store/crawl/partitions';
import type { DriveFile, ListedDrive } from './listed-drive';
import { file, openTestStore, page, type TestStore } from './stores';

/** What a crawl took. */
export interface CrawlCost {
  pages: number;
  ms: number;
  /** Windows that the listing was divided into in the end. */
  windows: number;
  /** Files in the store. */
  files: number;
}

/** How a crawl is simulated. */
export interface SimulationOptions {
  lanes: number;
  /** What the next request takes, in ms. */
  latency: () => number;
}

/** A page that arrives at a time. */
interface Arrival {
  at: number;
  lane: number;
  page: ListedPage;
}

/** Crawls the whole Drive with so many lanes; each that has nothing to do asks for a share whenever a page was committed. */
export function simulateCrawl(drive: ListedDrive, options: SimulationOptions): CrawlCost {
  const simulation = new Simulation(drive, options);
  try {
    return simulation.run();
  } finally {
    simulation.box.store.close();
  }
}

/** The files of an answer as the store is given them. */
export function recordsOf(files: readonly DriveFile[]): FileRecord[] {
  return files.map(({ id, modified, shown = modified, trashed }) =>
    file(id, { trashed, ...(shown !== undefined && { modified: shown }) }),
  );
}

class Simulation {
  readonly box: TestStore = openTestStore(':memory:');
  readonly #drive: ListedDrive;
  readonly #latency: () => number;
  readonly #idle: Set<number>;
  #arrivals: Arrival[] = [];
  #now = 0;
  #pages = 0;

  constructor(drive: ListedDrive, { lanes, latency }: SimulationOptions) {
    this.#drive = drive;
    this.#latency = latency;
    this.#idle = new Set(Array.from({ length: lanes }, (_, lane) => lane));
  }

  run(): CrawlCost {
    this.#startIdle();
    for (let next = this.#nextArrival(); next !== undefined; next = this.#nextArrival()) {
      this.#now = next.at;
      const result = this.box.commit(next.page);
      const claim = result.kind === 'committed' ? result.next : undefined;
      if (claim === undefined) this.#idle.add(next.lane);
      else this.#ask(next.lane, claim);
      this.#startIdle();
    }
    const { windows, files } = this.box.row(
      'SELECT (SELECT count(*) FROM partition) AS windows, (SELECT count(*) FROM file) AS files',
    );
    return { pages: this.#pages, ms: this.#now, windows: Number(windows), files: Number(files) };
  }

  /** The page that arrives first; of those that arrive together the one that was asked for first. */
  #nextArrival(): Arrival | undefined {
    const [first, ...others] = this.#arrivals;
    if (first === undefined) return undefined;
    const next = others.reduce((soonest, each) => (each.at < soonest.at ? each : soonest), first);
    this.#arrivals = this.#arrivals.filter((each) => each !== next);
    return next;
  }

  #startIdle(): void {
    for (const lane of this.#idle) {
      const { store, epoch } = this.box;
      const result = store.claim({ sourceId: USER_SOURCE, epoch, lane });
      // A lane after it may still hold a window whose listing has started again.
      if (result.kind !== 'claimed') continue;
      this.#idle.delete(lane);
      this.#ask(lane, result.claim);
    }
  }

  #ask(lane: number, { fence, position }: Claim): void {
    const { files, nextPageToken } = this.#drive.list(position);
    this.#pages += 1;
    const answer = page(fence, { files: recordsOf(files), nextPageToken });
    this.#arrivals.push({ at: this.#now + this.#latency(), lane, page: answer });
  }
}
