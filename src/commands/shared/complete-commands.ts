/** The options that a printed command needs in order to mean the same home and account. */
export interface CommandScope {
  /** The account that a command without `--account` selects. */
  usualAccount: string;
  /** The home that this command was given with `--home`. */
  home: string | undefined;
}

/** Commands are printed between backticks. */
const COMMAND = /`gdrive-sync (?!--)([^`]+)`/g;
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
  const options = [
    ...(home === undefined ? [] : [`--home ${quoted(home)}`]),
    ...(account === usualAccount ? [] : [`--account ${account}`]),
  ];
  if (options.length === 0) return text;
  return text.replaceAll(COMMAND, (_, command: string) => `\`gdrive-sync ${options.join(' ')} ${command}\``);
}
