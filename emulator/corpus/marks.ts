/** The state of a file that is not in its fields: bits of one byte for each slot. */

/** The file itself was trashed. */
export const TRASHED_ITSELF = 1;
/** The file is in the trash because a folder above it is. */
export const TRASHED_ABOVE = 2;
/** The file was permanently deleted. */
export const REMOVED = 4;
/** Its owner revoked the user's access to it or to a folder above it. */
export const LOST = 8;
/** The file is below another user's folder and appears in no flat listing and no change log. */
export const UNLISTED = 16;
/** The root of My Drive or of a shared drive; no listing shows it. */
export const ROOT = 32;
/** The file is unavailable together with everything else that the user owns. */
export const WITHHELD = 64;
/** The user can see the file but not its parent. */
export const PARENT_HIDDEN = 128;

/** The file is in the trash for either reason. */
export const TRASHED = TRASHED_ITSELF | TRASHED_ABOVE;
/** The user cannot get the file, for whatever reason. */
export const OUT_OF_REACH = REMOVED | LOST | WITHHELD;
