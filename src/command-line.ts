const DEFAULT_ACCOUNT = 'default';

/** A command for a hint, as the user must type it for an account: `gdrive-sync --account work sync`. */
export function commandFor(account: string, command: string): string {
  const selected = account === DEFAULT_ACCOUNT ? '' : ` --account ${account}`;
  return `\`gdrive-sync${selected} ${command}\``;
}
