const PREFIX = 'https://www.googleapis.com/auth/';

/** Enough for all metadata, but not for listing the shared drives. */
export const METADATA_SCOPE = `${PREFIX}drive.metadata.readonly`;
/**
 * Enough for listing the shared drives and for reading contents, which this product does only if a person has
 * switched it on.
 */
export const READ_SCOPE = `${PREFIX}drive.readonly`;

/**
 * Each of these scopes allows reading metadata:
 * https://developers.google.com/workspace/drive/api/guides/api-specific-auth
 */
const SUFFICIENT = ['drive.metadata.readonly', 'drive.metadata', 'drive.readonly', 'drive'].map(
  (name) => PREFIX + name,
);

/** True if a list of granted scopes, separated by spaces, allows reading metadata. */
export function allowsMetadata(granted: string): boolean {
  const scopes = granted.split(/\s+/);
  return SUFFICIENT.some((scope) => scopes.includes(scope));
}

/** Each of these scopes allows reading contents. */
const CONTENT_SCOPES = ['drive.readonly', 'drive'].map((name) => PREFIX + name);

/** True if a list of granted scopes, separated by spaces, allows reading contents. */
export function allowsContent(granted: string): boolean {
  const scopes = granted.split(/\s+/);
  return CONTENT_SCOPES.some((scope) => scopes.includes(scope));
}
