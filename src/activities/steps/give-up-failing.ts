import { FAILURES, isFailureKind } from '../../model/failure';
import { USER_SOURCE } from '../../model/job';
import type { StoreWriter } from '../../writer/store-writer';
import type { PassRef } from '../inputs';

/**
 * Gives up the drives that still fail, for this request: the job stops waiting for them, and the next job
 * retries them.
 */
export async function giveUpFailing(writer: StoreWriter, pass: PassRef): Promise<void> {
  for (const { sourceId, failure } of await writer.failingSources(pass)) {
    if (sourceId === USER_SOURCE) continue;
    const kind = isFailureKind(failure) ? failure : 'transient';
    await writer.failSource({ ...pass, sourceId }, { kind, message: FAILURES[kind].says });
  }
}
