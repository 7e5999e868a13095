/** One table of the store: what a row stands for, and what each column means. */
export interface DocumentedTable {
  table: string;
  about: string;
  columns: Readonly<Record<string, string>>;
}

/** Tables that serve one purpose. */
export interface TableGroup {
  title: string;
  tables: readonly DocumentedTable[];
}

/** A counter: who increments it and when, and what it protects from. */
export interface Counter {
  counter: string;
  incremented: string;
  protects: string;
}
