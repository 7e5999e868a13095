import { WorkflowIdConflictPolicy, WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { StoreRef } from '../activities/inputs';
import type { walkFolders } from '../workflows';
import { isAccountName } from '../process/home';
import { walkStart } from '../model/walk-start';
import { memoText, withDeadline } from './job-records';

/** The state of a store's walk on Temporal. `stopped`: the failure kind that ended its last run early. */
export type WalkRun = { running: true } | { running: false; stopped: string | undefined };

/** Starts the walks of folders shared by others. Every call has a deadline. */
export interface WalkStarts {
  /** Starts the walk unless it is running. */
  startWalk(store: StoreRef): Promise<void>;
  /** Terminates the walk's run and restarts it from the store. `acceptRemovals`: consent to its removals. */
  restartWalk(store: StoreRef, decision?: { acceptRemovals: boolean }): Promise<void>;
  /** The state of the newest run. */
  walkRun(store: StoreRef): Promise<WalkRun>;
  /** The stores whose walk is running. */
  runningWalks(): Promise<StoreRef[]>;
}

/** Starts walks on a task queue. */
export function createWalkStarts(client: Client, taskQueue: string): WalkStarts {
  async function launch(
    { account, storeId }: StoreRef,
    conflict: WorkflowIdConflictPolicy,
    decision: { acceptRemovals?: boolean } = {},
  ): Promise<void> {
    await withDeadline(client, () =>
      client.workflow.start<typeof walkFolders>('walkFolders', {
        ...walkStart({ account, storeId }),
        taskQueue,
        args: [{ account, storeId, ...decision }],
        workflowIdConflictPolicy: conflict,
      }),
    );
  }

  return {
    startWalk: (store) => launch(store, WorkflowIdConflictPolicy.USE_EXISTING),
    restartWalk: (store, decision) => launch(store, WorkflowIdConflictPolicy.TERMINATE_EXISTING, decision),
    async walkRun(store) {
      const handle = client.workflow.getHandle<typeof walkFolders>(walkStart(store).workflowId);
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
    async runningWalks() {
      const query = `TaskQueue = '${taskQueue}' AND WorkflowType = 'walkFolders' AND ExecutionStatus = 'Running'`;
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
