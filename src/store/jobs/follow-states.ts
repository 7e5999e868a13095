import type { FollowState } from '../../model/reasons';
import { literal } from '../sqlite/literals';

/* States of sources as SQL writes them. */

export const FOLLOWED = literal<FollowState>('followed');
export const LEAVING = literal<FollowState>('leaving');
export const GONE_SOURCE = literal<FollowState>('gone');

/** True for a row of `source` whose files are a part of the copy. */
export const IS_IN_COPY = `source.state IN (${FOLLOWED}, ${LEAVING})`;
