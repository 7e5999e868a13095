import type { StoreFormat } from '../../store/sqlite/open';

/** The first schema. */
const initial = /* sql */ `
CREATE TABLE content_store (
  lock INTEGER PRIMARY KEY DEFAULT 1 CHECK (lock = 1),
  store_id TEXT,
  lease INTEGER NOT NULL DEFAULT 0,
  settings TEXT,
  planned_to INTEGER NOT NULL DEFAULT 0,
  plan_pk INTEGER,
  plan_full INTEGER NOT NULL DEFAULT 0,
  full_plan_at INTEGER NOT NULL DEFAULT 0,
  untidy INTEGER NOT NULL DEFAULT 0,
  spent_on TEXT,
  spent_units INTEGER NOT NULL DEFAULT 0,
  spent_bytes INTEGER NOT NULL DEFAULT 0
);
INSERT INTO content_store DEFAULT VALUES;
CREATE TABLE body (
  pk INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  chars INTEGER NOT NULL,
  truncated INTEGER NOT NULL,
  marks TEXT NOT NULL,
  text BLOB NOT NULL
);
CREATE TABLE document (
  file_id TEXT PRIMARY KEY,
  file_pk INTEGER NOT NULL,
  state TEXT NOT NULL,
  reason TEXT,
  rank INTEGER NOT NULL DEFAULT 0,
  modified TEXT NOT NULL DEFAULT '',
  stamp TEXT,
  body_pk INTEGER REFERENCES body (pk),
  bytes INTEGER NOT NULL DEFAULT 0,
  failures INTEGER NOT NULL DEFAULT 0,
  due_since INTEGER,
  retry_at INTEGER,
  lease INTEGER NOT NULL DEFAULT 0,
  done_at INTEGER
) WITHOUT ROWID;
CREATE INDEX document_due ON document (rank, modified DESC) WHERE state = 'due';
CREATE INDEX document_body ON document (body_pk) WHERE body_pk IS NOT NULL;
CREATE INDEX document_pk ON document (file_pk);
CREATE INDEX document_stamp ON document (stamp) WHERE stamp IS NOT NULL;
CREATE VIRTUAL TABLE body_index USING fts5 (
  text, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 2"
);
CREATE TABLE tally (
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  files INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  PRIMARY KEY (state, reason)
) WITHOUT ROWID;
CREATE TRIGGER document_added AFTER INSERT ON document BEGIN
  INSERT INTO tally VALUES (NEW.state, coalesce(NEW.reason, ''), 1, NEW.bytes)
  ON CONFLICT DO UPDATE SET files = files + 1, bytes = bytes + NEW.bytes;
END;
CREATE TRIGGER document_gone AFTER DELETE ON document BEGIN
  UPDATE tally SET files = files - 1, bytes = bytes - OLD.bytes
  WHERE state = OLD.state AND reason = coalesce(OLD.reason, '');
END;
CREATE TRIGGER document_changed AFTER UPDATE OF state, reason, bytes ON document BEGIN
  UPDATE tally SET files = files - 1, bytes = bytes - OLD.bytes
  WHERE state = OLD.state AND reason = coalesce(OLD.reason, '');
  INSERT INTO tally VALUES (NEW.state, coalesce(NEW.reason, ''), 1, NEW.bytes)
  ON CONFLICT DO UPDATE SET files = files + 1, bytes = bytes + NEW.bytes;
END;
`;

/** The texts of an account: derived from the metadata store and Drive, and deletable at any time. */
export const CONTENT: StoreFormat = {
  applicationId: 0x47447478,
  migrations: [initial],
  begin: () => undefined,
};
