import type { Client } from '@temporalio/client';
import { withDeadline } from './job-records';

/** How many workers poll a queue for workflows, as far as the server remembers. */
export async function countPollers(client: Client, taskQueue: string): Promise<number> {
  const { namespace } = client.options;
  const { pollers } = await withDeadline(client, () =>
    client.workflowService.describeTaskQueue({
      namespace,
      taskQueue: { name: taskQueue },
    }),
  );
  return pollers?.length ?? 0;
}
