import { Client, Connection, isGrpcServiceError } from '@temporalio/client';
import { clientOptions, whyUnusable, type TemporalTarget } from './connect';

/** The state of a Temporal server, as `doctor` shows it. */
export type ServerReport =
  | { state: 'unreachable'; why: string }
  | { state: 'no-namespace' }
  /** `pollers`: the identities that polled the queue in the last minutes, even if they are gone by now. */
  | { state: 'answers'; pollers: string[] };

const CONNECT_TIMEOUT_MS = 3_000;
const CALL_TIMEOUT_MS = 2_000;
/** gRPC: NOT_FOUND */
const GONE: ReadonlySet<number> = new Set([5]);

/** Asks a server for its namespace and for the pollers of a queue. Does not wait until they appear. */
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
