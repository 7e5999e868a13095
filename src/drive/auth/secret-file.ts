import { readFileSync } from 'node:fs';
import { errorCode, errorMessage, UserError } from '../../errors';

/** Byte order marks of the encodings in which other systems save text. */
const MARKS = [
  { mark: Buffer.from([0xff, 0xfe]), encoding: 'utf-16le' },
  { mark: Buffer.from([0xfe, 0xff]), encoding: 'utf-16be' },
] as const;

/** The text of a file: UTF-8, or the encoding of its byte order mark, which is removed. */
function decode(bytes: Buffer): string {
  const marked = MARKS.find(({ mark }) => bytes.subarray(0, mark.length).equals(mark));
  return new TextDecoder(marked?.encoding).decode(bytes);
}

/** A JSON file that contains secrets; its text is never part of an error. */
export class SecretFile {
  readonly path: string;
  readonly json: Readonly<Record<string, unknown>>;
  readonly #what: string;

  private constructor(path: string, what: string, json: Record<string, unknown>) {
    this.path = path;
    this.json = json;
    this.#what = what;
  }

  /**
   * Reads a file. `what` names it in errors.
   * @throws UserError if it is missing, unreadable or not a JSON object.
   */
  static read(path: string, what: string, hint: string): SecretFile {
    const unreadable = (why: string): UserError =>
      new UserError(`the ${what} ${path} cannot be read: ${why}`, { hint });
    try {
      const value: unknown = JSON.parse(decode(readFileSync(path)));
      if (typeof value === 'object' && value !== null && !Array.isArray(value))
        return new SecretFile(path, what, value as Record<string, unknown>);
    } catch (error) {
      // A parser's message would quote the file.
      if (error instanceof SyntaxError || errorCode(error) === undefined) throw unreadable('it is not JSON');
      throw unreadable(errorMessage(error));
    }
    throw unreadable('it is not a JSON object');
  }

  /** The object in a field, as if it were the file; undefined if there is none. */
  part(field: string): SecretFile | undefined {
    const value = this.json[field];
    return typeof value === 'object' && value !== null
      ? new SecretFile(this.path, this.#what, value as Record<string, unknown>)
      : undefined;
  }

  /** A field's text; undefined if it is missing, empty or of another type. */
  text(field: string): string | undefined {
    const value = this.json[field];
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  /**
   * The text of a required field.
   * @throws UserError if it is missing.
   */
  required(field: string, hint: string): string {
    const value = this.text(field);
    if (value !== undefined) return value;
    throw new UserError(`the ${this.#what} ${this.path} has no ${field}`, { hint });
  }

  /**
   * The web address in a field, if there is one.
   * @throws UserError if it is not an http(s) URL.
   */
  address(field: string): string | undefined {
    const value = this.text(field);
    if (value === undefined || (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)))
      return value;
    throw new UserError(`the ${this.#what} ${this.path} has a ${field} that is no web address`, {
      hint: 'download the file again from the Google Cloud console',
    });
  }
}
