import type { Corpus } from '../corpus/corpus';
import type { DrivePermission } from '../drive/drive-file';
import type { Collection, Operator, Query, Term, TextField, TimeField } from './query';

/** True if the file in a slot matches. */
export type Predicate = (slot: number) => boolean;

/** The files and the user of a query. */
export interface QueryScope {
  corpus: Corpus;
  userEmail: string;
}

/** Compiles a query to a predicate on files. */
export function compileQuery(query: Query, scope: QueryScope): Predicate {
  if (query.kind === 'not') {
    const operand = compileQuery(query.operand, scope);
    return (slot) => !operand(slot);
  }
  if (query.kind !== 'and' && query.kind !== 'or') return compileTerm(query, scope);
  const left = compileQuery(query.left, scope);
  const right = compileQuery(query.right, scope);
  return query.kind === 'and' ? (slot) => left(slot) && right(slot) : (slot) => left(slot) || right(slot);
}

function compileTerm(term: Term, scope: QueryScope): Predicate {
  if (term.kind === 'text') return compileText(term, scope);
  if (term.kind === 'time') return compileTime(term, scope);
  if (term.kind === 'in') return compileMembership(term.collection, term.value, scope);
  const { value } = term;
  if (term.kind === 'flag') {
    const read = flagReader(term.field, scope);
    return (slot) => read(slot) === value;
  }
  const read = scope.corpus.readers[term.field];
  const { key } = term;
  return (slot) => {
    const properties = read(slot);
    return properties !== undefined && Object.hasOwn(properties, key) && properties[key] === value;
  };
}

function flagReader(field: 'trashed' | 'starred' | 'sharedWithMe', { corpus }: QueryScope): Predicate {
  if (field === 'trashed') return (slot) => corpus.trashed(slot);
  if (field === 'starred') return (slot) => corpus.readers.starred(slot) === true;
  return (slot) => corpus.readers.sharedWithMeTime(slot) !== undefined;
}

type Comparison = (time: number, wanted: number) => boolean;

/**
 * A missing time is NaN and matches no comparison. JavaScript's `!==` would match it, so `!=` is written
 * differently.
 */
const COMPARISONS: Readonly<Record<Operator, Comparison>> = {
  '<': (time, wanted) => time < wanted,
  '<=': (time, wanted) => time <= wanted,
  '>': (time, wanted) => time > wanted,
  '>=': (time, wanted) => time >= wanted,
  '=': (time, wanted) => time === wanted,
  '!=': (time, wanted) => time < wanted || time > wanted,
  // The parser rejects `contains` for times.
  contains: () => false,
};

function compileTime(
  { field, operator, ms }: Extract<Term, { kind: 'time' }>,
  { corpus }: QueryScope,
): Predicate {
  const read = timeReader(field, corpus);
  const compare = COMPARISONS[operator];
  return (slot) => compare(read(slot), ms);
}

function timeReader(field: TimeField, corpus: Corpus): (slot: number) => number {
  if (field === 'modifiedTime') return (slot) => corpus.modifiedTime(slot);
  const read = corpus.readers[field];
  return (slot) => Date.parse(read(slot) ?? '');
}

function compileText(
  { field, operator, value }: Extract<Term, { kind: 'text' }>,
  scope: QueryScope,
): Predicate {
  const matches = textMatcher(field, operator, value);
  const read = textReaders(scope.corpus)[field];
  return operator === '!=' ? (slot) => !matches(read(slot)) : (slot) => matches(read(slot));
}

function textReaders({ readers }: Corpus): Readonly<Record<TextField, (slot: number) => string>> {
  return {
    name: (slot) => readers.name(slot) ?? '',
    mimeType: (slot) => readers.mimeType(slot) ?? '',
    fullText: (slot) => `${readers.name(slot) ?? ''} ${readers.description(slot) ?? ''}`,
    'shortcutDetails.targetId': (slot) => readers.shortcutDetails(slot)?.targetId ?? '',
    visibility: (slot) =>
      readers.permissionIds(slot)?.includes('anyoneWithLink') === true ? 'anyoneWithLink' : 'limited',
  };
}

function textMatcher(field: TextField, operator: Operator, value: string): (text: string) => boolean {
  if (operator !== 'contains') {
    // Drive ignores the case of ASCII letters in names.
    const wanted = field === 'name' ? lowerAscii(value) : value;
    return field === 'name' ? (text) => lowerAscii(text) === wanted : (text) => text === wanted;
  }
  if (field === 'mimeType') return (text) => text.includes(value);
  const wanted = value.toLowerCase();
  // Drive matches prefixes of words only.
  return (text) => wordBeginnings(text.toLowerCase()).some((rest) => rest.startsWith(wanted));
}

function wordBeginnings(text: string): string[] {
  return Array.from(text.matchAll(/[\p{L}\p{M}\p{N}]+/gu), ({ index }) => text.slice(index));
}

function mayWrite({ role }: DrivePermission): boolean {
  return role !== 'reader';
}

function lowerAscii(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function compileMembership(
  collection: Collection,
  value: string,
  { corpus, userEmail }: QueryScope,
): Predicate {
  const { readers } = corpus;
  if (collection === 'parents') {
    const parent = value === 'root' ? corpus.rootId : value;
    return (slot) => readers.parents(slot)?.includes(parent) === true;
  }
  const email = value === 'me' ? userEmail : value;
  if (collection === 'owners') {
    return (slot) => readers.owners(slot)?.some((owner) => owner.emailAddress === email) === true;
  }
  return (slot) =>
    readers
      .permissions(slot)
      ?.some(
        (permission) =>
          permission.emailAddress === email && (collection === 'readers' || mayWrite(permission)),
      ) === true;
}
