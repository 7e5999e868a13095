import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ParentClosePolicy, startChild, WorkflowIdReusePolicy } from '@temporalio/workflow';
import type { StoreRef } from '../activities/inputs';
import { backgroundStart, type Background } from '../model/background';
import { syncContents } from './sync-contents';
import { walkFolders } from './walk-folders';

const WORKFLOWS = { walk: walkFolders, content: syncContents } as const;

/** Starts background work on a store unless it is running. It outlives its parent. */
export async function startBackground(kind: Background, { account, storeId }: StoreRef): Promise<void> {
  try {
    await startChild<typeof walkFolders | typeof syncContents>(WORKFLOWS[kind], {
      ...backgroundStart(kind, { account, storeId }),
      args: [{ account, storeId }],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
