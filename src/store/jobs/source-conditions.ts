import type { FollowState } from '../../model/reasons';
import { literal } from '../sqlite/literals';

/* SQL on rows of `source` that several statements share. */

export const FOLLOWED = literal<FollowState>('followed');
export const LEAVING = literal<FollowState>('leaving');
export const GONE_SOURCE = literal<FollowState>('gone');

/** True for a source whose files are a part of the copy. */
export const IS_IN_COPY = `source.state IN (${FOLLOWED}, ${LEAVING})`;

/** True for a source with an open full crawl. */
export const HAS_CRAWL =
  'EXISTS (SELECT 1 FROM generation WHERE source_pk = source.pk AND closed_at IS NULL)';

/** Assignments that forget the failures of a source or a partition, after a commit or for a new request. */
export const FORGET_FAILURES = 'failures = 0, failure = NULL, retry_at = NULL';
