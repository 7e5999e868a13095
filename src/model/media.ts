/** Why Google sends no content of a file although the login works. */
export type MediaRefusal =
  | 'forbidden'
  | 'flagged'
  | 'not-found'
  | 'export-too-large'
  | 'export-unsupported'
  | 'download-quota'
  /** It sent other bytes than the metadata names, and so did a second try. */
  | 'corrupt'
  | 'size';

/**
 * The quota units of a request for contents. Google does not say whether a download counts as one or as a read, so
 * the higher number is assumed: https://developers.google.com/workspace/drive/api/guides/limits
 */
export const CONTENT_UNITS = 200;
