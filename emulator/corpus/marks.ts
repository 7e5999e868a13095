/** What is the case with a file besides its fields: bits of one byte for each slot. */

/** The file was thrown away itself. */
export const TRASHED_ITSELF = 1;
/** The file is trashed because a folder above it is. */
export const TRASHED_ABOVE = 2;
/** Deleted for ever. */
export const REMOVED = 4;
/** Others have ended the user's access to it, or to a folder above it. */
export const LOST = 8;
/** Lies below a folder of somebody else and shows in no flat listing and no log. */
export const UNLISTED = 16;
/** The root of My Drive or of a shared drive, which no listing shows. */
export const ROOT = 32;
/** Out of reach together with everything else that the user owns. */
export const WITHHELD = 64;
/** The user sees the file but not the folder that it lies in. */
export const PARENT_HIDDEN = 128;

/** Either reason to be in the trash. */
export const TRASHED = TRASHED_ITSELF | TRASHED_ABOVE;
/** Any reason for which nobody gets the file. */
export const OUT_OF_REACH = REMOVED | LOST | WITHHELD;
