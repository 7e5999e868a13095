/** The setting for contents: JSON of `ContentSettings`; missing fields are as at first. */
export const content = /* sql */ `
ALTER TABLE store ADD COLUMN content TEXT NOT NULL DEFAULT '{}';
`;
