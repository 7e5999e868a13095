/** A listing goes on, and ends, where it has come for sure: the last files of a page may be out of their place. */
export const reached = /* sql */ `
-- partition.reached_ms: modifiedTime down to which the present listing has come, but for a few files that are not relied upon
ALTER TABLE partition ADD COLUMN reached_ms INTEGER;
`;
