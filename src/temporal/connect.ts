import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection, isGrpcServiceError, type ConnectionOptions } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { Environment } from '../config';
import { errorMessage, UserError } from '../errors';
import { inWords } from '../explain';

/** How client and worker connect to a Temporal server. */
export interface TemporalTarget {
  connection: ReturnType<typeof loadClientConnectConfig>['connectionOptions'];
  namespace: string;
  /** The home's embedded server, not one that the user named. */
  isEmbedded?: boolean;
}

/** The target of a home's embedded server. */
export function embeddedTarget(address: string, namespace: string): TemporalTarget {
  return { connection: { address }, namespace, isEmbedded: true };
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/;

/** The client's connection options. Bypasses a proxy for loopback: it would connect to its own machine. */
export function clientOptions({ connection }: TemporalTarget): ConnectionOptions {
  if (!LOOPBACK.test(addressOf(connection))) return { ...connection };
  return { ...connection, channelArgs: { 'grpc.enable_http_proxy': 0 } };
}

function addressOf({ address }: TemporalTarget['connection']): string {
  return address ?? 'localhost:7233';
}

/** Reads the target from Temporal's standard environment variables. */
export function externalTarget(env: Environment): TemporalTarget {
  try {
    const { connectionOptions, namespace } = loadClientConnectConfig({
      overrideEnvVars: { ...env } as Record<string, string>,
    });
    return { connection: connectionOptions, namespace: namespace ?? 'default' };
  } catch (error) {
    throw new UserError(`the Temporal settings cannot be used: ${errorMessage(error)}`, {
      hint: 'check TEMPORAL_ADDRESS, TEMPORAL_PROFILE and the other TEMPORAL_ variables',
    });
  }
}

const CONNECT_TIMEOUT_MS = 10_000;
const ASK_AGAIN_MS = 10;

/** A server that has just started may accept connections before it knows its namespace. */
async function namespaceReady(
  { connection, workflowService, options }: Client,
  deadline: number,
): Promise<void> {
  const { namespace } = options;
  for (;;) {
    try {
      await connection.withDeadline(deadline, () => workflowService.describeNamespace({ namespace }));
      return;
    } catch (error) {
      if (Date.now() + ASK_AGAIN_MS > deadline || !isSettling(error)) throw error;
    }
    await delay(ASK_AGAIN_MS);
  }
}

/** gRPC: NOT_FOUND, UNAVAILABLE */
const SETTLING: ReadonlySet<number> = new Set([5, 14]);

function isSettling(error: unknown): boolean {
  return isGrpcServiceError(error) && SETTLING.has(error.code);
}

/**
 * Connects a client. `timeoutMs`: how long to try.
 * @throws UserError if the server cannot be reached or does not know the namespace.
 */
export async function connectClient(target: TemporalTarget, timeoutMs = CONNECT_TIMEOUT_MS): Promise<Client> {
  let connection: Connection | undefined;
  try {
    connection = await Connection.connect({ ...clientOptions(target), connectTimeout: timeoutMs });
    const client = new Client({ connection, namespace: target.namespace });
    await namespaceReady(client, Date.now() + timeoutMs);
    return client;
  } catch (error) {
    await connection?.close();
    throw unusableServer(target, error);
  }
}

/** A Temporal server that does not answer, or answers with an error. */
export class ServerUnusable extends UserError {
  readonly isEmbedded: boolean;

  constructor(message: string, options: { hint: string; cause: unknown; isEmbedded: boolean }) {
    super(message, options);
    this.isEmbedded = options.isEmbedded;
  }
}

/** Creates the error for a server that cannot be used, with a hint. */
export function unusableServer(
  { connection, namespace, isEmbedded = false }: TemporalTarget,
  cause: unknown,
): ServerUnusable {
  const address = addressOf(connection);
  const why = whyUnusable(cause);
  if (isEmbedded)
    return new ServerUnusable(`the embedded Temporal server at ${address} cannot be used: ${why}`, {
      hint: 'try again; if that does not help, stop all gdrive-sync processes of this home and run `gdrive-sync doctor`',
      cause,
      isEmbedded,
    });
  return new ServerUnusable(`Temporal at ${address} (namespace ${namespace}) cannot be used: ${why}`, {
    hint: 'check that the server runs and that TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE are right',
    cause,
    isEmbedded,
  });
}

/** gRPC: DEADLINE_EXCEEDED, UNAVAILABLE */
const SILENT: ReadonlySet<number> = new Set([4, 14]);

/** Turns an error of the Temporal libraries into plain words. */
export function whyUnusable(error: unknown): string {
  const isSilent = isGrpcServiceError(error) && SILENT.has(error.code);
  const silence = /tonic::transport|transport error|Failed to connect before the deadline/i;
  return isSilent || silence.test(errorMessage(error)) ? 'it does not answer' : inWords(error);
}
