import type { CandidateVerdict, RemovalCause } from '../../model/reasons';
import { literal } from '../sqlite/literals';

/* Verdicts and causes of candidates as SQL writes them. */

export const OPEN = literal<CandidateVerdict>('open');
export const GONE = literal<CandidateVerdict>('gone');
export const KEPT = literal<CandidateVerdict>('kept');
export const LOG = literal<RemovalCause>('log');
export const CHECKED = literal<RemovalCause>('checked');
export const SCOPE = literal<RemovalCause>('scope');
