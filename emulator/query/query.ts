/** A comparison operator. */
export type Operator = 'contains' | '=' | '!=' | '<' | '<=' | '>' | '>=';

/** A collection for the operator `in`. */
export type Collection = 'parents' | 'owners' | 'writers' | 'readers';

/** A condition of a query. */
export type Term =
  | { kind: 'text'; field: TextField; operator: Operator; value: string }
  | { kind: 'time'; field: TimeField; operator: Operator; ms: number }
  | { kind: 'flag'; field: FlagField; value: boolean }
  | { kind: 'in'; collection: Collection; value: string }
  | { kind: 'has'; field: PropertyField; key: string; value: string };

/** A parsed `q`. */
export type Query =
  | { kind: 'and'; left: Query; right: Query }
  | { kind: 'or'; left: Query; right: Query }
  | { kind: 'not'; operand: Query }
  | Term;

export type TextField = 'name' | 'fullText' | 'mimeType' | 'visibility' | 'shortcutDetails.targetId';
export type TimeField = 'modifiedTime' | 'createdTime' | 'viewedByMeTime';
export type FlagField = 'trashed' | 'starred' | 'sharedWithMe';
export type PropertyField = 'properties' | 'appProperties';

const EQUALITY: readonly Operator[] = ['=', '!='];

/**
 * The operators of each text field:
 * https://developers.google.com/workspace/drive/api/guides/ref-search-terms
 */
export const TEXT_OPERATORS: Readonly<Record<TextField, readonly Operator[]>> = {
  name: ['contains', ...EQUALITY],
  fullText: ['contains'],
  mimeType: ['contains', ...EQUALITY],
  visibility: EQUALITY,
  'shortcutDetails.targetId': EQUALITY,
};

/** The operators of times. */
export const TIME_OPERATORS: readonly Operator[] = ['<=', '<', '=', '!=', '>', '>='];

/** The operators of flags. */
export const FLAG_OPERATORS: readonly Operator[] = EQUALITY;

/** The operands of a conjunction; for any other query, the query itself. */
export function conjuncts(query: Query): readonly Query[] {
  return query.kind === 'and' ? [...conjuncts(query.left), ...conjuncts(query.right)] : [query];
}
