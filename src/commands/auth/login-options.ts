/** How to log in. */
export interface LoginOptions {
  /** The JSON file of the user's own OAuth client. */
  clientSecrets?: string | undefined;
  browser?: boolean | undefined;
  sharedDrives?: boolean | undefined;
  /** Request the scope that reading contents needs. It is also that of `sharedDrives`. */
  content?: boolean | undefined;
  port?: number | undefined;
  /** How long to wait for the browser, in ms. */
  timeout?: number | undefined;
  /** The JSON key of a service account, and the user that it acts for. */
  serviceAccount?: string | undefined;
  subject?: string | undefined;
  /** Use the machine's application default credentials. */
  adc?: boolean | undefined;
}
