import { ENDED } from '../../model/job';
import { confirm } from '../shared/confirm';
import type { Context } from '../shared/context';
import { refuse, withJob } from './with-job';

/** Deletes the record of a pending or ended job; does not touch the files. */
export async function runDelete(
  context: Context,
  prefix: string | undefined,
  { yes = false }: { yes?: boolean } = {},
): Promise<number> {
  return await withJob(context, prefix, async (job, { temporal, accounts }) => {
    const isPending = job.state === 'pending' && accounts !== undefined;
    if (!ENDED.has(job.state) && !isPending)
      refuse(
        job,
        job.state === 'pending' ? 'is about to run' : `has not ended (state: ${job.state})`,
        'cancel it first with `gdrive-sync cancel`',
      );
    await confirm(
      context,
      `This deletes the record of job ${job.jobId} (${job.state}) and its history in Temporal. The files in the store are kept.`,
      yes,
    );
    const isRemoved = job.temporal === undefined || (await temporal.jobs.remove(job.temporal));
    if (accounts !== undefined) await accounts.writer(job.account).removeJob(job.jobId);
    else if (job.temporal !== undefined) await temporal.jobs.removeRecord({ ...job.temporal });
    return isRemoved ? 'deleted' : 'deleted; Temporal may list it for another minute';
  });
}
