/** Rules of faults by what a request asks for. */
import type { Fault, FaultPredicate, FaultRequest } from '../../emulator';

type Params = FaultRequest['params'];

/** The same fault for every request whose parameters match. */
export function whenAsked(matches: (params: Params) => boolean, fault: Fault): FaultPredicate {
  return (_, { params }) => (matches(params) ? fault : undefined);
}

/** Matches listings of what lies in a folder. */
export function childrenOf(folderId: string): (params: Params) => boolean {
  return ({ q = '' }) => q.includes(`'${folderId}' in parents`);
}

/** Matches requests about one shared drive; undefined: about none. */
export function ofDrive(driveId: string | undefined): (params: Params) => boolean {
  return (params) => params['driveId'] === driveId;
}

/** A delay in ms that depends on the requested page size. */
export function slowBySize(msOf: (pageSize: number) => number): FaultPredicate {
  return (_, { params }) => ({ kind: 'delay', ms: msOf(Number(params['pageSize'] ?? 100)) });
}
