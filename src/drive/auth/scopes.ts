const PREFIX = 'https://www.googleapis.com/auth/';

/** Enough for all metadata, but not for a list of the shared drives. */
export const METADATA_SCOPE = `${PREFIX}drive.metadata.readonly`;
/** Enough for the list of shared drives too; it would also allow to read content, which this product never does. */
export const READ_SCOPE = `${PREFIX}drive.readonly`;

/** The scopes of which one is needed to read metadata: https://developers.google.com/workspace/drive/api/guides/api-specific-auth */
const SUFFICIENT = ['drive.metadata.readonly', 'drive.metadata', 'drive.readonly', 'drive'].map(
  (name) => PREFIX + name,
);

/** True if a list of granted scopes, separated by spaces, allows to read metadata. */
export function allowsMetadata(granted: string): boolean {
  const scopes = granted.split(/\s+/);
  return SUFFICIENT.some((scope) => scopes.includes(scope));
}
