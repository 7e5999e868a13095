// Drive's own quota for a user: https://developers.google.com/workspace/drive/api/guides/limits
export const UNITS_PER_MINUTE = 325_000;
const UNITS_A_PAGE = 100;

/** Pages of lists, of files as of changes, that the quota allows in a second. */
export const PAGES_A_SECOND = UNITS_PER_MINUTE / 60 / UNITS_A_PAGE;

/** As an option of the emulated Drive. */
export const QUOTA = { unitsPerMinute: UNITS_PER_MINUTE };
