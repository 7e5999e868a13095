/** A value that SQLite takes; 64-bit integers beyond 2^53 are bigint. */
export type SqlValue = string | number | bigint | null;

/** A JSON object as Drive sends it. */
export type JsonObject = Record<string, unknown>;
