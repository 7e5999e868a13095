/** The options that a printed command needs in order to mean the same home and account. */
export interface CommandScope {
  /** The account that a command without `--account` selects. */
  usualAccount: string;
  /** The home that this command was given with `--home`. */
  home: string | undefined;
}

/** Commands are printed between backticks. Some name their account already; the demo has a home of its own. */
const COMMAND = /`gdrive-sync (--account \S+ )?(?!--|demo)([^`]+)`/g;
const PLAIN = /^[\w./~@%+=:,-]+$/;

function quoted(value: string): string {
  return PLAIN.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`;
}

/** Completes the commands in a text, so that they work as they are printed. */
export function completeCommands(
  text: string,
  { usualAccount, home }: CommandScope,
  account: string,
): string {
  const selected = account === usualAccount ? '' : `--account ${account} `;
  const where = home === undefined ? '' : `--home ${quoted(home)} `;
  return text.replaceAll(
    COMMAND,
    (_, named: string = selected, command: string) => `\`gdrive-sync ${where}${named}${command}\``,
  );
}
