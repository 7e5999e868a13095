import { isExtractionProblem, type ExtractionResult } from './extraction';
import { isDocumentKind, type DocumentKind } from './kind';
import type { Frame } from './frame';
import type { PlaceMark } from './marks';

/** The descriptor of the first slot in the extractor's process. */
export const FIRST_SLOT = 3;
/** In bytes, header and parts. */
export const LARGEST_REQUEST = 4_096;
/** Two million Chinese characters are 6 MB of text, and 14 MB of terms, since they are indexed in pairs. */
export const LARGEST_ANSWER = 32 * 1024 * 1024;

/** What is asked of the extractor's process. */
export interface ExtractionRequest {
  /** The number of the slot that holds the file, from 0. */
  slot: number;
  /** Of the file, in bytes. */
  size: number;
  /** What the file is said to be. */
  kind: DocumentKind | undefined;
}

/** An answer, and how much memory the process uses, in bytes. */
export interface ExtractionAnswer {
  result: ExtractionResult;
  rss: number;
}

type Header = Frame['header'];

/** Reads a request. @throws Error if it is none. */
export function readRequest({ slot, size, kind }: Header): ExtractionRequest {
  if (!isCount(slot) || !isCount(size)) throw new Error('not a request');
  return { slot, size, kind: isDocumentKind(kind) ? kind : undefined };
}

/** The header of an answer; the text and the terms are its parts. */
export function answerHeader(result: ExtractionResult, rss: number): object {
  if (!result.ok) return { ok: false, problem: result.problem, rss };
  const { kind, chars, marks, truncated, sha256 } = result;
  return { ok: true, kind, chars, marks, truncated, sha256, rss };
}

/**
 * Reads an answer. Its sender has read a file that anyone may have made, so nothing of it is trusted.
 * @throws Error if it is none.
 */
export function readAnswer({ header, parts }: Frame): ExtractionAnswer {
  const { ok, problem, kind, chars, marks, truncated, sha256, rss } = header;
  if (!isCount(rss)) throw new Error('not an answer');
  if (ok === false && isExtractionProblem(problem)) return { result: { ok, problem }, rss };
  const [text, terms] = parts;
  if (ok !== true || text === undefined || terms === undefined) throw new Error('not an answer');
  if (!isDocumentKind(kind) || !isCount(chars) || typeof truncated !== 'boolean' || !isDigest(sha256))
    throw new Error('not an answer');
  return { result: { ok, kind, chars, marks: readMarks(marks, chars), truncated, text, terms, sha256 }, rss };
}

function readMarks(value: unknown, chars: number): PlaceMark[] {
  if (!Array.isArray(value)) throw new Error('not an answer');
  let last = 0;
  return value.map((each: unknown) => {
    const mark = typeof each === 'object' && each !== null ? { at: 0, label: 0, ...each } : undefined;
    if (mark === undefined || !isCount(mark.at) || typeof mark.label !== 'string')
      throw new Error('not an answer');
    const { at, label } = mark;
    if (at < last || at > chars) throw new Error('not an answer');
    last = at;
    return { at, label };
  });
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isDigest(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}
