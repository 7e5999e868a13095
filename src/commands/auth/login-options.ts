/** How to log in. */
export interface LoginOptions {
  /** The JSON file of the user's own OAuth client. */
  clientSecrets?: string | undefined;
  browser?: boolean | undefined;
  sharedDrives?: boolean | undefined;
  port?: number | undefined;
  /** How long to wait for the browser, in ms. */
  timeout?: number | undefined;
  /** The JSON key of a service account, and the user for whom it acts. */
  serviceAccount?: string | undefined;
  subject?: string | undefined;
  /** Use what the machine offers by itself. */
  adc?: boolean | undefined;
}
