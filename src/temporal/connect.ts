import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection, isGrpcServiceError } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { Environment } from '../config';
import { errorMessage, UserError } from '../errors';

/** How to reach a Temporal server, for client and worker alike. */
export interface Target {
  connection: ReturnType<typeof loadClientConnectConfig>['connectionOptions'];
  namespace: string;
}

/** The target that Temporal's standard variables name. */
export function externalTarget(env: Environment): Target {
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
 * Connects a client.
 * @throws UserError where the server cannot be reached or does not know the namespace.
 */
export async function connectClient({ connection, namespace }: Target): Promise<Client> {
  const address = connection.address ?? 'localhost:7233';
  try {
    const connected = await Connection.connect({ ...connection, connectTimeout: CONNECT_TIMEOUT_MS });
    const client = new Client({ connection: connected, namespace });
    await namespaceReady(client, Date.now() + CONNECT_TIMEOUT_MS);
    return client;
  } catch (error) {
    throw new UserError(
      `Temporal at ${address} (namespace ${namespace}) cannot be used: ${errorMessage(error)}`,
      {
        hint: 'check that the server runs and that TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE are right',
        cause: error,
      },
    );
  }
}
