import type { DocumentKind } from './kind';
import type { PlaceMark } from './marks';

/**
 * Why a file gave no text:
 *
 * encrypted   : encrypted as a whole, such as an Office file with a password
 * password    : the file's format asks for a password
 * malformed   : damaged, or not what it claims to be
 * memory      : it needs more memory, or unpacks to more, than one file may
 * unsupported : not a kind of document that is read
 * no-text     : read to its end, and there is no text
 * needs-ocr   : pages of images
 * timeout     : not done within the time of a file of its size
 * crashed     : the process that read it died or answered garbage
 */
export const EXTRACTION_PROBLEMS = [
  'encrypted',
  'password',
  'malformed',
  'memory',
  'unsupported',
  'no-text',
  'needs-ocr',
  'timeout',
  'crashed',
] as const;
export type ExtractionProblem = (typeof EXTRACTION_PROBLEMS)[number];

/** The text of a file. */
export interface ExtractedText {
  ok: true;
  kind: DocumentKind;
  /** Length of the text in UTF-16 units. */
  chars: number;
  marks: PlaceMark[];
  /** True if the text goes on after a limit. */
  truncated: boolean;
  /** The text: UTF-8, compressed with deflateRaw. */
  text: Uint8Array;
  /** What is indexed (`termsOf` of the text): UTF-8. */
  terms: Uint8Array;
  /** Of the text in UTF-8; hexadecimal. */
  sha256: string;
}

/** What became of a file. */
export type ExtractionResult = ExtractedText | { ok: false; problem: ExtractionProblem };

/** Ends the extraction of a file. It has no message, because a parser's message may quote the file. */
export class ExtractionError extends Error {
  override readonly name = 'ExtractionError';
  readonly problem: ExtractionProblem;

  constructor(problem: ExtractionProblem, options?: { cause?: unknown }) {
    super(problem, options);
    this.problem = problem;
  }
}

/** True if `value` is a problem. */
export function isExtractionProblem(value: unknown): value is ExtractionProblem {
  return EXTRACTION_PROBLEMS.some((problem) => problem === value);
}
