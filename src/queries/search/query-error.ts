/** A query that cannot be parsed. The message is for people. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}
