import type { Fault, FaultRequest } from './fault';

/** Chooses the fault of a request by its ordinal within its method (from 1) and its parameters. */
export type FaultPredicate = (ordinal: number, request: FaultRequest) => Fault | undefined;

/** The faults that tests have planted. */
export class FaultScript {
  readonly #queued = new Map<string, Fault[]>();
  readonly #rules = new Map<string, FaultPredicate[]>();

  failNext(method: string, fault: Fault, times: number): void {
    const queue = this.#queued.get(method) ?? [];
    this.#queued.set(method, queue);
    for (let i = 0; i < times; i++) queue.push(fault);
  }

  failEvery(method: string, predicate: FaultPredicate): void {
    this.#rules.set(method, [...(this.#rules.get(method) ?? []), predicate]);
  }

  /** The fault of a request; queued faults precede rules. */
  take(ordinal: number, request: FaultRequest): Fault | undefined {
    const queued = this.#queued.get(request.method)?.shift();
    if (queued !== undefined) return queued;
    for (const rule of this.#rules.get(request.method) ?? []) {
      const fault = rule(ordinal, request);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }
}
