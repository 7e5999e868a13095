import { TextDecoder } from 'node:util';
import { SaxesParser } from 'saxes';
import { ExtractionError } from '../model/extraction';
import type { ZipArchive } from './zip';

/** Deeper documents are attacks; each level costs memory. */
const DEEPEST = 2_000;

/** The attributes of an element by their names as written, with prefix. */
export type Attributes = Readonly<Record<string, string>>;

/** Receives an XML document. Names of elements have no prefix. */
export interface XmlHandler {
  open?(name: string, attributes: Attributes): void;
  close?(name: string): void;
  /** Text directly inside the element `parent`. */
  text?(text: string, parent: string): void;
}

/**
 * Reads a part of an archive. Nothing happens if there is no such part.
 * @param isEnough - asked between pieces; if it returns true, the rest is not read.
 * @throws ExtractionError at the first error, and as `ZipArchive.inflate`.
 */
export async function readXml(
  archive: ZipArchive,
  part: string,
  handler: XmlHandler,
  isEnough: () => boolean = () => false,
): Promise<void> {
  const parser = xmlParser(handler);
  let decoder: TextDecoder | undefined;
  let complete = true;
  const write = (text: string): void => {
    guard(() => parser.write(text));
  };
  await archive.inflate(part, (bytes) => {
    decoder ??= decoderOf(bytes);
    write(decoder.decode(bytes, { stream: true }));
    complete = !isEnough();
    return complete;
  });
  if (decoder === undefined || !complete) return;
  write(decoder.decode());
  guard(() => parser.close());
}

interface PlainNames {
  xmlns: false;
  position: false;
}

function xmlParser(handler: XmlHandler): SaxesParser<PlainNames> {
  // Without a listener for errors the parser throws, which ends it.
  const parser = new SaxesParser<PlainNames>({ position: false, xmlns: false });
  const path: string[] = [];
  parser.on('opentag', ({ name, attributes }) => {
    if (path.length >= DEEPEST) throw new ExtractionError('malformed');
    const local = localName(name);
    path.push(local);
    handler.open?.(local, attributes);
  });
  parser.on('closetag', ({ name }) => {
    path.pop();
    handler.close?.(localName(name));
  });
  const text = (value: string): void => handler.text?.(value, path.at(-1) ?? '');
  parser.on('text', text);
  parser.on('cdata', text);
  return parser;
}

function guard(parse: () => unknown): void {
  try {
    parse();
  } catch (error) {
    throw error instanceof ExtractionError ? error : new ExtractionError('malformed', { cause: error });
  }
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** An attribute in a namespace, whatever its prefix: `r:id` is asked for by `:id`. */
export function attributeEnding(attributes: Attributes, end: string): string | undefined {
  const name = Object.keys(attributes).find((each) => each.endsWith(end));
  return name === undefined ? undefined : attributes[name];
}

/** Office's on/off values: the element alone means on. */
export function isOn(value: string | undefined): boolean {
  return value === undefined || !['0', 'false', 'off', 'none'].includes(value);
}

/** The decoder for an XML text that begins with `head`: byte-order mark first, then the form of the first characters, then the declaration. */
export function decoderOf(head: Buffer): TextDecoder {
  const declared = /^<\?xml[^>]*\bencoding\s*=\s*["']([\w.-]+)["']/.exec(
    head.toString('latin1', 0, 200),
  )?.[1];
  try {
    return new TextDecoder(wideEncoding(head) ?? declared ?? 'utf-8');
  } catch (error) {
    throw new ExtractionError('malformed', { cause: error });
  }
}

function wideEncoding(head: Buffer): string | undefined {
  const [first, second] = head;
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) return 'utf-16be';
  return first === 0xef && second === 0xbb ? 'utf-8' : undefined;
}
