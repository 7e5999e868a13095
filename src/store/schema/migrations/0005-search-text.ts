/** A search index that neither counts the words of its texts, which nothing asks for, nor is kept by triggers: it is filled by the thousand. */
export const searchText = /* sql */ `
DROP TRIGGER search_doc_added;
DROP TRIGGER search_doc_removed;
DROP TABLE search_text;
CREATE VIRTUAL TABLE search_text USING fts5(
  name, description, content = 'search_doc', content_rowid = 'rank', tokenize = 'trigram', columnsize = 0
);

-- What was indexed is indexed once more by the next job, as after a first crawl.
DELETE FROM search_doc;
DELETE FROM search_stale;
INSERT INTO search_text (search_text, rank) VALUES ('automerge', 16);
UPDATE store SET indexed = 'building', index_time = NULL, index_pk = NULL WHERE indexed <> 'none';
`;
