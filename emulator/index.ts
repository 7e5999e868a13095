import { once } from 'node:events';
import type { Server } from 'node:http';
import { createDrives, emulationOf, type Emulation } from './emulation';
import type { Fault } from './faults/fault';
import { FaultScript, type FaultPredicate } from './faults/fault-script';
import { Quota } from './http/quota';
import { RequestLog, type RequestRecord } from './http/request-log';
import { METHODS } from './http/routes';
import { createApiServer, type ServerParts } from './http/server';
import { AUTH_PATH } from './oauth/endpoints';
import { createOAuthServer } from './oauth/oauth-server';
import type { EmulatorOptions } from './options';

export type { EditorDocument } from './contents/document';
export { placesOf, revisionOf, sentinel } from './contents/seeded';
export { ApiError } from './http/api-error';
export type { DriveFile } from './drive/drive-file';
export type { Account, Emulation } from './emulation';
export { automatedQueries, contentFault, failedOperation } from './faults/content-faults';
export type { BodyFault, Fault, FaultRequest } from './faults/fault';
export type { FaultPredicate } from './faults/fault-script';
export type { ContentReason } from './http/content-errors';
export type { RequestRecord } from './http/request-log';
export { Gate } from './faults/gate';
export type { EmulatorOptions } from './options';
export type { ChangesPage, FilesPage, PageWriter } from './listing/page-writer';

/** Latency and quota. */
export type Pace = Pick<EmulatorOptions, 'latencyMs' | 'jitter' | 'quota'>;

const HOST = '127.0.0.1';

/**
 * A running emulator of www.googleapis.com (Drive API v3, read-only), accounts.google.com and
 * oauth2.googleapis.com (OAuth 2).
 */
export interface Emulator extends Emulation {
  /** The root URL, with a trailing slash. */
  readonly url: string;
  /** The URL of the consent page. */
  readonly authUrl: string;
  /** The URL of the token endpoint. The revocation endpoint is `revoke` below the root URL. */
  readonly tokenUrl: string;
  /** The number of requests by method, including those with a fault. */
  readonly counts: Readonly<Record<string, number>>;
  /** Plants a fault on the next request of a method, or on the next `times` requests. */
  failNext(method: string, fault: Fault, times?: number): void;
  /** Plants a fault on every request of a method for which the predicate returns one. */
  failEvery(method: string, predicate: FaultPredicate): void;
  /** Revokes all tokens and authorization codes; clients need a new OAuth consent. */
  revoke(): void;
  /** Expires all access tokens. Refresh tokens stay valid. */
  expireAccessTokens(): void;
  /** Changes latency and quota; an omitted field gets its default. */
  setPace(pace: Pace): void;
  /** The last 10,000 requests, oldest first. */
  requests(): readonly RequestRecord[];
  /** Stops listening and destroys open connections. */
  close(): Promise<void>;
}

/** Creates Drives without a server, for tests that need thousands of them. */
export async function createEmulation(options: EmulatorOptions = {}): Promise<Emulation> {
  return emulationOf(await createDrives(options));
}

/** Starts an emulator on 127.0.0.1. Rejects if the port is in use. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const now = options.now ?? Date.now;
  const drives = await createDrives(options);
  const oauth = createOAuthServer(
    options,
    drives.map(({ user }) => user.emailAddress ?? ''),
  );
  const faults = new FaultScript();
  const log = new RequestLog(METHODS);
  const random = drives[0]?.random ?? Math.random;
  const parts = { drives, oauth, faults, log, now, ...paceOf(options, { now, random }) };
  const server = createApiServer(parts);
  const url = await listen(server, options.port ?? 0);
  const own = {
    url,
    authUrl: `${url}${AUTH_PATH}`,
    tokenUrl: `${url}token`,
    counts: log.counts,
    failNext: (method: string, fault: Fault, times = 1) => faults.failNext(method, fault, times),
    failEvery: (method: string, predicate: FaultPredicate) => faults.failEvery(method, predicate),
    revoke() {
      oauth.authority.revokeAll();
      oauth.codes.spendAll();
    },
    expireAccessTokens: () => oauth.authority.expireAccessTokens(),
    requests: () => log.list(),
    setPace: (pace: Pace) => void Object.assign(parts, paceOf(pace, { now, random })),
    close: () => close(server),
  };
  // Assigned, not spread: a spread would freeze the getters.
  return Object.assign(emulationOf(drives), own);
}

function paceOf(
  { quota, latencyMs = 0, jitter = 0 }: Pace,
  { now, random }: { now: () => number; random: () => number },
): Pick<ServerParts, 'quota' | 'latency'> {
  return {
    quota: quota === undefined ? undefined : new Quota(quota.unitsPerMinute, now),
    latency: () => latencyMs * (1 + jitter * (2 * random() - 1)),
  };
}

async function listen(server: Server, port: number): Promise<string> {
  server.listen(port, HOST);
  await once(server, 'listening');
  const address = server.address();
  const actual = typeof address === 'object' && address !== null ? address.port : port;
  return `http://${HOST}:${String(actual)}/`;
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
