import type { Corpus } from '../corpus/corpus';
import type { DrivePermission } from '../drive-file';
import type { Collection, Operator, Query, Term, TextField, TimeField } from './query';

/** Whether the file in a slot is found. */
export type Predicate = (slot: number) => boolean;

/** Whose eyes a query looks through, besides the files. */
export interface QueryScope {
  corpus: Corpus;
  userEmail: string;
}

/** Turns a query into a test of files. */
export function compileQuery(query: Query, scope: QueryScope): Predicate {
  switch (query.kind) {
    case 'and':
    case 'or': {
      const left = compileQuery(query.left, scope);
      const right = compileQuery(query.right, scope);
      return query.kind === 'and' ? (slot) => left(slot) && right(slot) : (slot) => left(slot) || right(slot);
    }
    case 'not': {
      const operand = compileQuery(query.operand, scope);
      return (slot) => !operand(slot);
    }
    default:
      return compileTerm(query, scope);
  }
}

function compileTerm(term: Term, scope: QueryScope): Predicate {
  const { readers } = scope.corpus;
  switch (term.kind) {
    case 'text':
      return compileText(term, scope);
    case 'time':
      return compileTime(term, scope);
    case 'flag': {
      const { value } = term;
      const read = flagReader(term.field, scope);
      return (slot) => read(slot) === value;
    }
    case 'in':
      return compileMembership(term.collection, term.value, scope);
    case 'has': {
      const { field, key, value } = term;
      return (slot) => {
        const properties = readers[field](slot);
        return properties !== undefined && Object.hasOwn(properties, key) && properties[key] === value;
      };
    }
  }
}

function flagReader(field: 'trashed' | 'starred' | 'sharedWithMe', { corpus }: QueryScope): Predicate {
  if (field === 'trashed') return (slot) => corpus.trashed(slot);
  if (field === 'starred') return (slot) => corpus.readers.starred(slot) === true;
  return (slot) => corpus.readers.sharedWithMeTime(slot) !== undefined;
}

function compileTime(
  { field, operator, ms }: { field: TimeField; operator: Operator; ms: number },
  scope: QueryScope,
): Predicate {
  const read = timeReader(field, scope.corpus);
  // No comparison holds for a file that lacks the time; of NaN, only `!=` would say otherwise.
  switch (operator) {
    case '<':
      return (slot) => read(slot) < ms;
    case '<=':
      return (slot) => read(slot) <= ms;
    case '>':
      return (slot) => read(slot) > ms;
    case '>=':
      return (slot) => read(slot) >= ms;
    case '=':
      return (slot) => read(slot) === ms;
    case '!=':
    case 'contains':
      return (slot) => read(slot) < ms || read(slot) > ms;
  }
}

function timeReader(field: TimeField, corpus: Corpus): (slot: number) => number {
  if (field === 'modifiedTime') return (slot) => corpus.modifiedTime(slot);
  const read = corpus.readers[field];
  return (slot) => Date.parse(read(slot) ?? '');
}

function compileText(
  { field, operator, value }: { field: TextField; operator: Operator; value: string },
  scope: QueryScope,
): Predicate {
  const matches = textMatcher(field, operator, value);
  const read = textReader(field, scope.corpus);
  return operator === '!=' ? (slot) => !matches(read(slot)) : (slot) => matches(read(slot));
}

function textReader(field: TextField, { readers }: Corpus): (slot: number) => string {
  switch (field) {
    case 'name':
    case 'mimeType':
      return (slot) => readers[field](slot) ?? '';
    case 'fullText':
      return (slot) => `${readers.name(slot) ?? ''} ${readers.description(slot) ?? ''}`;
    case 'shortcutDetails.targetId':
      return (slot) => readers.shortcutDetails(slot)?.targetId ?? '';
    case 'visibility':
      return (slot) =>
        readers.permissionIds(slot)?.includes('anyoneWithLink') === true ? 'anyoneWithLink' : 'limited';
  }
}

function textMatcher(field: TextField, operator: Operator, value: string): (text: string) => boolean {
  if (operator !== 'contains') {
    // Drive compares names without regard to the case of ASCII letters.
    const wanted = field === 'name' ? lowerAscii(value) : value;
    return field === 'name' ? (text) => lowerAscii(text) === wanted : (text) => text === wanted;
  }
  if (field === 'mimeType') return (text) => text.includes(value);
  const wanted = value.toLowerCase();
  // Drive finds the beginnings of words only.
  return (text) => wordBeginnings(text.toLowerCase()).some((rest) => rest.startsWith(wanted));
}

function wordBeginnings(text: string): string[] {
  return Array.from(text.matchAll(/[\p{L}\p{M}\p{N}]+/gu), ({ index }) => text.slice(index));
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
  const mayWrite = (permission: DrivePermission): boolean => permission.role !== 'reader';
  return (slot) =>
    readers
      .permissions(slot)
      ?.some(
        (permission) =>
          permission.emailAddress === email && (collection === 'readers' || mayWrite(permission)),
      ) === true;
}
