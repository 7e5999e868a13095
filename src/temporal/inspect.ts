import { Client, Connection, isGrpcServiceError } from '@temporalio/client';
import { clientOptions, whyUnusable, type TemporalTarget } from './connect';

/** What a Temporal server says when it is asked for a home's worker. */
export type ServerReport =
  | { state: 'unreachable'; why: string }
  | { state: 'no-namespace' }
  /** `pollers`: the names of those who polled the queue within the last minutes, whether they still live or not. */
  | { state: 'answers'; pollers: string[] };

const CONNECT_TIMEOUT_MS = 3_000;
const CALL_TIMEOUT_MS = 2_000;
/** gRPC: NOT_FOUND */
const GONE: ReadonlySet<number> = new Set([5]);

/** Asks a server for its namespace and for who polls a queue; waits for nothing that is still to come. */
export async function inspectServer(target: TemporalTarget, taskQueue: string): Promise<ServerReport> {
  const connection = Connection.lazy({ ...clientOptions(target), connectTimeout: CONNECT_TIMEOUT_MS });
  try {
    await connection.ensureConnected();
    return await ask(new Client({ connection, namespace: target.namespace }), taskQueue);
  } catch (error) {
    return isGrpcServiceError(error) && GONE.has(error.code)
      ? { state: 'no-namespace' }
      : { state: 'unreachable', why: whyUnusable(error) };
  } finally {
    await connection.close();
  }
}

async function ask({ connection, options, workflowService }: Client, name: string): Promise<ServerReport> {
  const { namespace } = options;
  return await connection.withDeadline(Date.now() + CALL_TIMEOUT_MS, async () => {
    await workflowService.describeNamespace({ namespace });
    const { pollers } = await workflowService.describeTaskQueue({ namespace, taskQueue: { name } });
    return { state: 'answers', pollers: (pollers ?? []).map(({ identity }) => identity ?? '') };
  });
}
