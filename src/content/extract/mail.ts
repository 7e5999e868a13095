import PostalMime, { type Address, type Attachment, type Email } from 'postal-mime';
import { ExtractionError } from '../model/extraction';
import { kindOf, type DocumentKind } from '../model/kind';
import { withoutControls } from './encoding';
import { htmlText } from './html';
import { memorySource, type ByteSource, type Extractor } from './source';
import { TextSink } from './text-sink';

/** The parser holds the whole message several times. */
const MOST_BYTES = 25 * 1024 * 1024;
const MOST_BYTES_PARSED = 2 * MOST_BYTES;
const MOST_PARTS_DEEP = 100;
const MOST_HEADER_BYTES = 2 * 1024 * 1024;
/** Messages in messages. */
const MOST_MESSAGES_DEEP = 10;
const MOST_ATTACHMENTS = 500;
/** A page that is longer than its plain text by this factor says more. */
const SHORT_SHARE = 2;

/** Writes the text of an attachment. It throws ExtractionError if there is none. */
export type AttachmentExtractor = (
  source: ByteSource,
  kind: DocumentKind | undefined,
  sink: TextSink,
) => Promise<unknown>;

/** Makes the extractor of mail: headers that people read, the text, and the texts of attachments. */
export function mailExtractor(extractAttachment: AttachmentExtractor): Extractor {
  return (source, sink) => new MailReader(sink, extractAttachment).read(source, 0);
}

class MailReader {
  readonly #sink: TextSink;
  readonly #extractAttachment: AttachmentExtractor;
  #attachments = 0;
  /** Of the message and the messages in it, which are parsed again. */
  #bytes = 0;

  constructor(sink: TextSink, extractAttachment: AttachmentExtractor) {
    this.#sink = sink;
    this.#extractAttachment = extractAttachment;
  }

  async read(source: ByteSource, depth: number): Promise<void> {
    this.#bytes += source.size;
    const email = await parse(source);
    this.#headers(email);
    this.#body(email);
    for (const attachment of email.attachments) {
      this.#attachments += 1;
      if (this.#attachments > MOST_ATTACHMENTS) this.#sink.truncate();
      if (this.#sink.isTruncated) return;
      await this.#attachment(attachment, depth);
    }
  }

  #headers({ subject, from, to, cc, date }: Email): void {
    const lines = [
      ['Subject', subject],
      ['From', from === undefined ? undefined : addressText(from)],
      ['To', to?.map(addressText).join(', ')],
      ['Cc', cc?.map(addressText).join(', ')],
      ['Date', date],
    ];
    for (const [name, value] of lines) if (value) this.#line(`${name}: ${withoutControls(value)}`);
  }

  #body({ text, html }: Email): void {
    const plain = withoutControls(text ?? '').trim();
    this.#line(plain);
    if (html === undefined) return;
    // The plain part may only say that there is a page.
    const page = pageText(withoutControls(html));
    if (lengthOf(page) > SHORT_SHARE * lengthOf(plain)) this.#line(page);
  }

  async #attachment(attachment: Attachment, depth: number): Promise<void> {
    const isMessage = attachment.mimeType === 'message/rfc822';
    const name = attachment.filename ?? (isMessage ? 'message' : undefined);
    if (name === undefined && attachment.related === true) return;
    this.#sink.mark(`attachment ${name ?? 'without a name'}`);
    if (attachment.filename !== null) this.#line(attachment.filename);
    const source = memorySource(bytesOf(attachment));
    if (!isMessage) {
      await this.#document(attachment, source);
    } else if (depth < MOST_MESSAGES_DEEP && this.#bytes + source.size <= MOST_BYTES_PARSED) {
      await skipping(() => this.read(source, depth + 1));
    } else {
      this.#sink.truncate();
    }
  }

  /** The text of an attachment is added whole or not at all. */
  async #document({ mimeType, filename }: Attachment, source: ByteSource): Promise<void> {
    const kind = kindOf(mimeType, /\.([^.]+)$/.exec(filename ?? '')?.[1]);
    if (kind === undefined) return;
    const inner = new TextSink();
    if (!(await skipping(() => this.#extractAttachment(source, kind, inner)))) return;
    const { text, marks, truncated } = inner.finish();
    this.#sink.write(text.slice(0, marks[0]?.at));
    for (const [index, { at, label }] of marks.entries()) {
      this.#sink.mark(`attachment ${filename ?? 'without a name'}, ${label}`);
      this.#sink.write(text.slice(at, marks[index + 1]?.at));
    }
    if (truncated) this.#sink.truncate();
  }

  #line(text: string): void {
    this.#sink.paragraph();
    this.#sink.write(text);
    this.#sink.paragraph();
  }
}

async function parse(source: ByteSource): Promise<Email> {
  if (source.size > MOST_BYTES) throw new ExtractionError('memory');
  try {
    return await PostalMime.parse(source.read(0, source.size), {
      maxNestingDepth: MOST_PARTS_DEEP,
      maxHeadersSize: MOST_HEADER_BYTES,
      // Messages in messages are attachments, so that each has its place.
      maxRfc822NestingDepth: 0,
    });
  } catch (error) {
    throw new ExtractionError('malformed', { cause: error });
  }
}

function pageText(html: string): string {
  const sink = new TextSink();
  htmlText(html, sink);
  return sink.finish().text;
}

/** The length of a text without its spaces. */
function lengthOf(text: string): number {
  return text.replaceAll(/\s+/g, '').length;
}

/** A damaged attachment does not take the mail's text away. */
async function skipping(extract: () => Promise<unknown>): Promise<boolean> {
  try {
    await extract();
    return true;
  } catch {
    return false;
  }
}

function addressText(address: Address): string {
  if (address.group !== undefined) return [address.name, ...address.group.map(addressText)].join(' ');
  return address.name === '' ? address.address : `${address.name} <${address.address}>`;
}

function bytesOf({ content }: Attachment): Uint8Array {
  if (typeof content === 'string') return Buffer.from(content);
  return content instanceof Uint8Array ? content : new Uint8Array(content);
}
