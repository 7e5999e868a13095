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
