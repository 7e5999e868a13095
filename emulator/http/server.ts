import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { EmulatedDrive } from '../drive/emulated-drive';
import type { Fault, FaultRequest } from '../faults/fault';
import { replacement, spoil } from '../faults/fault-answer';
import type { FaultScript } from '../faults/fault-script';
import { goneSignal, waitFor } from '../faults/slow-body';
import { findOAuthEndpoint } from '../oauth/endpoints';
import type { OAuthServer } from '../oauth/oauth-server';
import { coversMethod } from '../oauth/scopes';
import { acceptsGzip, jsonAnswer, sendAnswer, type Answer } from './answer';
import { ApiError, errorBody, insufficientScope } from './api-error';
import { Media, mediaAnswer } from './media';
import { Parameters } from './parameters';
import type { Quota } from './quota';
import type { RequestLog, RequestRecord } from './request-log';
import { findRoute, UNKNOWN_METHOD, type FoundRoute } from './routes';

/** The parts of the server that handle a request. */
export interface ServerParts {
  /** The Drive of each account. */
  drives: readonly EmulatedDrive[];
  oauth: OAuthServer;
  quota: Quota | undefined;
  faults: FaultScript;
  log: RequestLog;
  /** The latency of the next list request, in ms. */
  latency: () => number;
  now: () => number;
}

/**
 * Longer than clients keep idle connections, so that the server never closes one while a request is on its
 * way.
 */
const KEEP_ALIVE_MS = 120_000;

/** Creates the HTTP server. */
export function createApiServer(parts: ServerParts): Server {
  const server = createServer((request, response) => {
    handle(parts, request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return server;
}

async function handle(parts: ServerParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = addressOf(request);
  const record = recordOf(request, url, parts.now());
  const ordinal = parts.log.add(record);
  const fault = parts.faults.take(ordinal, faultRequestOf(record, request.method ?? ''));
  const exchange = { parts, request, response, url, range: record.range };
  const sent = fault === undefined ? await datedAnswer(exchange) : await faultyAnswer(exchange, fault);
  if (sent === undefined || response.destroyed) return;
  record.status = sent.status;
  if (sent.content !== undefined) record.bytes = 0;
  await sendAnswer(request, response, sent, (bytes) => {
    record.bytes = (record.bytes ?? 0) + bytes;
  });
}

interface Exchange {
  parts: ServerParts;
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  range: string | undefined;
}

/** Computes the response and sets its `Date` to that moment, even if it is sent later. */
async function datedAnswer(exchange: Exchange, replaced?: Answer): Promise<Answer> {
  const { parts, response } = exchange;
  const computed = replaced ?? (await answer(exchange));
  response.setHeader('date', new Date(parts.now()).toUTCString());
  return computed;
}

/** The response after the fault; undefined if none will be sent. */
async function faultyAnswer(exchange: Exchange, fault: Fault): Promise<Answer | undefined> {
  const { request, response } = exchange;
  if (fault.kind === 'stall') return undefined;
  if (fault.kind === 'reset') {
    request.socket.resetAndDestroy();
    return undefined;
  }
  if (fault.kind === 'hold-request') await fault.gate.pass(goneSignal(response));
  if (fault.kind === 'act') await fault.act();
  if (fault.kind === 'delay') await waitFor(fault.ms, goneSignal(response));
  if (response.destroyed) return undefined;
  const asked = fault.kind === 'ignore-range' ? { ...exchange, range: undefined } : exchange;
  const spoiled = spoil(await datedAnswer(asked, replacement(fault)), fault);
  if (fault.kind === 'hold-answer') await fault.gate.pass(goneSignal(response));
  return spoiled;
}

/** A fault predicate gets the ids in the path as parameters. */
function faultRequestOf(record: RequestRecord, verb: string): FaultRequest {
  const { method, path, params, range } = record;
  const found = findRoute(verb, path, params['alt'] ?? null);
  const own = found === undefined ? {} : idsOf(found);
  return { method, params: { ...params, ...own }, ...(range !== undefined && { range }) };
}

function idsOf({ route, argument, second }: FoundRoute): Readonly<Record<string, string>> {
  if (route.method.startsWith('operations.')) return { name: argument };
  return { ...(argument !== '' && { fileId: argument }), ...(second !== '' && { revisionId: second }) };
}

/** The URL of the request, with the host name that the client uses. */
function addressOf(request: IncomingMessage): URL {
  const base = `http://${request.headers.host ?? ''}`;
  return new URL(request.url ?? '/', URL.canParse(base) ? base : 'http://emulator.invalid');
}

function recordOf(request: IncomingMessage, url: URL, at: number): RequestRecord {
  const { pathname, searchParams } = url;
  const verb = request.method ?? '';
  const { range } = request.headers;
  const found =
    findRoute(verb, pathname, searchParams.get('alt'))?.route ?? findOAuthEndpoint(verb, pathname);
  const method = found?.method ?? UNKNOWN_METHOD;
  const params = Object.fromEntries(searchParams);
  return { method, path: pathname, params, status: 0, at, ...(range !== undefined && { range }) };
}

async function answer(exchange: Exchange): Promise<Answer> {
  const { parts, request, url } = exchange;
  const endpoint = findOAuthEndpoint(request.method ?? '', url.pathname);
  if (endpoint !== undefined) return endpoint.answer(parts.oauth, { url, form: await readForm(request) });
  const pretty = url.searchParams.get('prettyPrint') !== 'false';
  try {
    return await answerApi(exchange);
  } catch (error) {
    if (error instanceof ApiError) return jsonAnswer(error.status, error.body, pretty);
    return jsonAnswer(500, errorBody(500, { reason: 'emulatorBroken', message: String(error) }), pretty);
  }
}

async function answerApi({ parts, request, url, range }: Exchange): Promise<Answer> {
  const found = findRoute(request.method ?? '', url.pathname, url.searchParams.get('alt'));
  if (found === undefined) throw new ApiError(404, { reason: 'notFound', message: 'Not Found' });
  const { route } = found;
  const { account, scopes } = parts.oauth.authority.admit(request.headers.authorization);
  const drive = parts.drives[account];
  if (drive === undefined) throw new Error('the account has no Drive');
  if (!coversMethod(scopes, route.method)) throw insufficientScope();
  parts.quota?.spend(route.cost);
  const params = new Parameters(route.method, url.searchParams);
  const latency = route.slow ? parts.latency() : 0;
  if (latency > 0) await delay(latency);
  const result = route.endpoint(drive, params, { ...found, origin: url.origin });
  if (result instanceof Media) return mediaAnswer(result, { range, gzip: acceptsGzip(request) });
  return jsonAnswer(200, result, params.pretty);
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return new URLSearchParams(Buffer.concat(chunks).toString());
}
