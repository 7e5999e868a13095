const MOST_RECORDS = 10_000;

/** A request that the emulator received. */
export interface RequestRecord {
  /** For example `files.list`; `unknown` for other paths. */
  method: string;
  path: string;
  params: Readonly<Record<string, string>>;
  /** The status of the response; 0 before it, and after a reset or a stall. */
  status: number;
  /** The time of arrival, in ms. */
  at: number;
  /** The header `Range`. */
  range?: string;
  /** The number of bytes of a content that were sent; absent for other responses. */
  bytes?: number;
}

/** The request counts by method, and the latest requests. */
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

  /** Adds a request and returns its ordinal within its method, from 1. */
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
