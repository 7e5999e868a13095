import type { ContentReader } from '../../content/store/reader';
import type { SqlValue } from '../../model/values';
import { orderOf, type SortKey } from '../files/order';
import { Best } from '../search/best';
import { conditionOf, type Condition, type FilterContext } from '../search/conditions';
import type { SearchQuery } from '../search/query';
import { fits } from '../search/rank';
import type { ContentQuery } from './phrases';

/** A file whose text matches. */
export interface ContentKey {
  /** The file (`file.pk`). */
  pk: number;
  bodyPk: number;
}

/** How to search texts. Without `sort`, the best texts come first, and of equal ones the newest files. */
export interface ContentLimits extends FilterContext {
  most: number;
  sort: SortKey | undefined;
}

/** Of more matching texts than these, only those of the newest files are ranked. */
const MOST_RANKED = 5_000;
const NEWEST = 1_000;

interface Candidate extends ContentKey {
  name: string;
  size: number | undefined;
  modifiedTime: string | undefined;
  /** The smaller, the better. */
  score: number;
}

/** Finds the files whose texts match, those that share a text included. */
export function searchTexts(
  reader: ContentReader,
  { query, wanted }: { query: SearchQuery; wanted: ContentQuery },
  { most, sort, ...context }: ContentLimits,
): ContentKey[] {
  // The index tests the words in the contents.
  const filters = query.filters.filter(({ kind }) => kind !== 'content');
  const condition = conditionOf(reader, { ...query, filters, excludedTerms: [] }, context);
  const question = { match: wanted.match, condition, query };
  const best = new Best<Candidate>(most, sort === undefined ? byScore : orderOf(sort));
  for (const candidate of candidates(reader, question, sort)) best.add(candidate);
  return best.list().map(({ pk, bodyPk }) => ({ pk, bodyPk }));
}

function byScore(a: Candidate, b: Candidate): number {
  return a.score - b.score || orderOf('modified')(a, b);
}

interface Question {
  match: string;
  condition: Condition;
  query: SearchQuery;
}

function candidates(
  reader: ContentReader,
  question: Question,
  sort: SortKey | undefined,
): Iterable<Candidate> {
  if (countUpTo(reader, question.match, MOST_RANKED + 1) <= MOST_RANKED)
    return fitting(
      reader.iterateValues(FROM_TEXTS(question.condition), ...paramsOf(question)),
      question.query,
    );
  const rows = reader.iterateValues(FROM_FILES(question.condition, sort), ...paramsOf(question));
  const found = fitting(rows, question.query);
  return sort === undefined ? scored(reader, question.match, [...firstOf(found, NEWEST)]) : found;
}

function countUpTo(reader: ContentReader, match: string, most: number): number {
  const sql =
    'SELECT count(*) AS matches FROM (SELECT 1 FROM content.body_index WHERE body_index MATCH ? LIMIT ?)';
  return Number(reader.get(sql, match, most)?.['matches']);
}

function paramsOf({ match, condition }: Question): SqlValue[] {
  return [match, ...condition.params];
}

const COLUMNS = 'file.pk, found_body, score, file.name, file.size, file.modified_time, file.description';
/** In a subquery, so that its columns and those of the file never have one name. */
const SAME_FILE = 'ON file.pk = found_file AND file.id = found_id';

/** Few texts match: from the texts to their files. */
const FROM_TEXTS = ({ sql }: Condition): string => /* sql */ `
WITH found AS MATERIALIZED (SELECT rowid AS matching, rank AS score FROM content.body_index WHERE body_index MATCH ?)
SELECT ${COLUMNS} FROM (
  SELECT file_pk AS found_file, file_id AS found_id, body_pk AS found_body, score
  FROM found CROSS JOIN content.document ON document.body_pk = found.matching)
CROSS JOIN file ${SAME_FILE} WHERE ${sql}`;

/** Many texts match: from the files, the newest first, to their texts. */
const FROM_FILES = ({ sql }: Condition, sort: SortKey | undefined): string => /* sql */ `
WITH found AS MATERIALIZED (SELECT rowid AS matching FROM content.body_index WHERE body_index MATCH ?)
SELECT ${COLUMNS} FROM file CROSS JOIN (
  SELECT file_pk AS found_file, file_id AS found_id, body_pk AS found_body, 0 AS score FROM content.document
  WHERE body_pk IN (SELECT matching FROM found)) ${SAME_FILE}
WHERE ${sql}${sort === undefined ? ' ORDER BY file.modified_time DESC' : ''}`;

/** Those that meet what is searched for in the names. */
function* fitting(rows: Iterable<SqlValue[]>, query: SearchQuery): Generator<Candidate> {
  const { terms, excludedTerms, patterns, excludedPatterns } = query;
  const names = {
    terms: terms.filter(({ nameOnly }) => nameOnly),
    excludedTerms,
    patterns,
    excludedPatterns,
  };
  for (const [pk, bodyPk, score, name, size, modifiedTime, description] of rows) {
    const file = { name: textOf(name) ?? '', description: textOf(description) ?? '' };
    if (!fits(file, names)) continue;
    yield {
      pk: Number(pk),
      bodyPk: Number(bodyPk),
      score: Number(score),
      name: file.name,
      size: size == null ? undefined : Number(size),
      modifiedTime: textOf(modifiedTime),
    };
  }
}

function* firstOf<T>(all: Iterable<T>, most: number): Generator<T> {
  let count = 0;
  for (const each of all) {
    yield each;
    count += 1;
    if (count >= most) return;
  }
}

/** The plus keeps SQLite from opening the index once for each text. */
const SCORES = /* sql */ `
SELECT rowid, rank FROM content.body_index
WHERE body_index MATCH ? AND +rowid IN (SELECT value FROM json_each(?))`;

function scored(reader: ContentReader, match: string, found: readonly Candidate[]): Candidate[] {
  const bodies = JSON.stringify(found.map(({ bodyPk }) => bodyPk));
  const rows = [...reader.iterateValues(SCORES, match, bodies)];
  const scores = new Map(rows.map(([pk, score]) => [Number(pk), Number(score)]));
  return found.map((candidate) => ({ ...candidate, score: scores.get(candidate.bodyPk) ?? 0 }));
}

function textOf(value: SqlValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
