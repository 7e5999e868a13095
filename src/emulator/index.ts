import { once } from 'node:events';
import type { Server } from 'node:http';
import { Authority } from './authority';
import { loadCorpus } from './corpus/load';
import { createUser } from './corpus/people';
import type { DriveFile } from './drive-file';
import { EmulatedDrive } from './emulated-drive';
import { FaultScript, type FaultPredicate } from './fault-script';
import type { EmulatorOptions, Fault, RequestRecord } from './options';
import { Quota } from './quota';
import { RequestLog } from './request-log';
import { METHODS } from './routes';
import { createApiServer } from './server';

export type { DriveFile } from './drive-file';
export type { EmulatorOptions, Fault, RequestRecord } from './options';

const HOST = '127.0.0.1';

/** A running stand-in for www.googleapis.com (Drive v3, metadata only) and oauth2.googleapis.com/token. */
export interface Emulator {
  /** The root URL, with a slash at its end. */
  readonly url: string;
  /** The token endpoint. */
  readonly tokenUrl: string;
  /** Requests that arrived, by method; those that met a fault are counted too. */
  readonly counts: Readonly<Record<string, number>>;
  /** Lets the next request of a method, or the next `times`, go wrong. */
  failNext(method: string, fault: Fault, times?: number): void;
  /** Lets the requests of a method go wrong for which the predicate, given the ordinal from 1, says how. */
  failEvery(method: string, predicate: FaultPredicate): void;
  /** Ends all access: the refresh token and all access tokens die. */
  revoke(): void;
  /** Lets all access tokens die; the token endpoint still mints new ones. */
  expireAccessTokens(): void;
  /** The last 10,000 requests, oldest first. */
  requests(): readonly RequestRecord[];
  /** Every file as the API would return it with the full mask, trashed ones included. */
  truth(): IterableIterator<DriveFile>;
  readonly fileCount: number;
  /** Stops listening and destroys open connections. */
  close(): Promise<void>;
}

/** Starts an emulator on this machine; a busy port rejects. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const now = options.now ?? Date.now;
  const user = createUser(options.user);
  const corpus = await loadCorpus(options.corpus ?? { kind: 'seed', seed: 1, files: 1000 }, user);
  const drive = new EmulatedDrive(corpus, user, options);
  const authority = new Authority(options.accessToken ?? 'emulator-token');
  const faults = new FaultScript();
  const log = new RequestLog(METHODS);
  const { quota: limit, latencyMs = 0, jitter = 0 } = options;
  const quota = limit === undefined ? undefined : new Quota(limit.unitsPerMinute, now);
  const latency = (): number => latencyMs * (1 + jitter * (2 * drive.random() - 1));
  const server = createApiServer({ drive, authority, quota, faults, log, latency, now });
  const url = await listen(server, options.port ?? 0);
  return {
    url,
    tokenUrl: `${url}token`,
    counts: log.counts,
    fileCount: corpus.fileCount,
    failNext: (method, fault, times = 1) => faults.failNext(method, fault, times),
    failEvery: (method, predicate) => faults.failEvery(method, predicate),
    revoke: () => authority.revoke(),
    expireAccessTokens: () => authority.expireAccessTokens(),
    requests: () => log.list(),
    *truth() {
      for (let slot = 0; slot < corpus.fileCount; slot++) yield corpus.file(slot);
    },
    close: () => close(server),
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
