/** A listing ends where the window below begins: at the very file that is the newest there. */
export const newest = /* sql */ `
-- partition.newest_ms: modifiedTime of the first file that the window has listed, of those from before its crawl
ALTER TABLE partition ADD COLUMN newest_ms INTEGER;
`;
