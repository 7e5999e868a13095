import { WorkflowIdConflictPolicy, WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { StoreRef } from '../activities/inputs';
import type { syncContents, walkFolders } from '../workflows';
import { isAccountName } from '../process/home';
import { backgroundStart, type Background } from '../model/background';
import { memoText, withDeadline } from './job-records';

/** The state of background work on Temporal. `stopped`: the failure kind that ended its last run early. */
export type BackgroundRun = { running: true } | { running: false; stopped: string | undefined };

/** A person's decision that a run of the walk carries out. */
interface Decision {
  acceptRemovals?: boolean;
}

/** Starts work on stores that nothing waits for. Every call has a deadline. */
export interface BackgroundStarts {
  /** Starts the work unless it is running. */
  startBackground(kind: Background, store: StoreRef): Promise<void>;
  /** Terminates the running work and restarts it from the store. */
  restartBackground(kind: Background, store: StoreRef, decision?: Decision): Promise<void>;
  /** The state of the newest run. */
  backgroundRun(kind: Background, store: StoreRef): Promise<BackgroundRun>;
  /** The stores on which such work is running. */
  runningBackground(kind: Background): Promise<StoreRef[]>;
}

const TYPES: Readonly<Record<Background, string>> = { walk: 'walkFolders', content: 'syncContents' };

/** Starts background work on a task queue. */
export function createBackgroundStarts(client: Client, taskQueue: string): BackgroundStarts {
  async function launch(
    kind: Background,
    { account, storeId }: StoreRef,
    options: { conflict: WorkflowIdConflictPolicy; decision?: Decision | undefined },
  ): Promise<void> {
    await withDeadline(client, () =>
      client.workflow.start<typeof walkFolders | typeof syncContents>(TYPES[kind], {
        ...backgroundStart(kind, { account, storeId }),
        taskQueue,
        args: [{ account, storeId, ...options.decision }],
        workflowIdConflictPolicy: options.conflict,
      }),
    );
  }

  return {
    startBackground: (kind, store) =>
      launch(kind, store, { conflict: WorkflowIdConflictPolicy.USE_EXISTING }),
    restartBackground: (kind, store, decision) =>
      launch(kind, store, { conflict: WorkflowIdConflictPolicy.TERMINATE_EXISTING, decision }),
    async backgroundRun(kind, store) {
      const handle = client.workflow.getHandle<typeof walkFolders>(backgroundStart(kind, store).workflowId);
      try {
        const { status } = await withDeadline(client, () => handle.describe());
        if (status.name === 'RUNNING') return { running: true };
        if (status.name !== 'COMPLETED') return { running: false, stopped: undefined };
        const { stopped } = await withDeadline(client, () => handle.result());
        return { running: false, stopped };
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return { running: false, stopped: undefined };
        throw error;
      }
    },
    async runningBackground(kind) {
      const query = `TaskQueue = '${taskQueue}' AND WorkflowType = '${TYPES[kind]}' AND ExecutionStatus = 'Running'`;
      return await withDeadline(client, async () => {
        const stores: StoreRef[] = [];
        for await (const { memo } of client.workflow.list({ query })) {
          const account = memoText(memo, 'account');
          const storeId = memoText(memo, 'storeId');
          if (account !== undefined && storeId !== undefined && isAccountName(account))
            stores.push({ account, storeId });
        }
        return stores;
      });
    },
  };
}
