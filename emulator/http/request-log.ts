const MOST_RECORDS = 10_000;

/** One request as it reached the emulator. */
export interface RequestRecord {
  /** For example `files.list`; `unknown` for a path that is not emulated. */
  method: string;
  path: string;
  params: Readonly<Record<string, string>>;
  /** 0 while it is not answered, and for ever after a reset or a stall. */
  status: number;
  /** When it arrived, in ms. */
  at: number;
}

/** What reached the emulator: a count by method for ever, and the latest requests one by one. */
export class RequestLog {
  readonly #counts: Record<string, number>;
  readonly #records: RequestRecord[] = [];
  #next = 0;

  constructor(methods: readonly string[]) {
    this.#counts = Object.fromEntries(methods.map((method) => [method, 0]));
  }

  get counts(): Readonly<Record<string, number>> {
    return this.#counts;
  }

  /** Notes a request and tells its ordinal among those of its method, from 1. */
  add(record: RequestRecord): number {
    this.#records[this.#next] = record;
    this.#next = (this.#next + 1) % MOST_RECORDS;
    const ordinal = (this.#counts[record.method] ?? 0) + 1;
    this.#counts[record.method] = ordinal;
    return ordinal;
  }

  /** The latest requests, oldest first. */
  list(): readonly RequestRecord[] {
    const { length } = this.#records;
    const start = length < MOST_RECORDS ? 0 : this.#next;
    return [...this.#records.slice(start), ...this.#records.slice(0, start)];
  }
}
