import { gzipSync } from 'node:zlib';
import { bytesContent, type Content } from '../contents/content';
import { jsonAnswer, type Answer } from './answer';
import { parseRange, type ByteRange } from './byte-range';
import { contentErrorBody } from './content-errors';

/** The content of a file as the result of an API method. */
export class Media {
  readonly content: Content;
  readonly mimeType: string;
  /** True for an export: it has no length and no ranges, and is compressed if the client accepts it. */
  readonly isExport: boolean;

  constructor(content: Content, mimeType: string, { isExport }: { isExport: boolean }) {
    this.content = content;
    this.mimeType = mimeType;
    this.isExport = isExport;
  }
}

/** What a request for contents says in its headers. */
export interface MediaHeaders {
  range: string | undefined;
  gzip: boolean;
}

/** The response with a content or a part of it. */
export function mediaAnswer(media: Media, { range, gzip }: MediaHeaders): Answer {
  if (media.isExport) return exportAnswer(media, gzip);
  const { content, mimeType } = media;
  const found = parseRange(range, content.size);
  if (found === 'unsatisfiable') {
    const headers = { 'content-range': `bytes */${String(content.size)}` };
    return { ...jsonAnswer(416, contentErrorBody('requestedRangeNotSatisfiable')), headers };
  }
  const base = { body: '', contentType: mimeType, headers: { 'accept-ranges': 'bytes' } };
  if (found === 'whole') return { ...base, status: 200, content };
  return {
    ...base,
    status: 206,
    content: partOf(content, found),
    headers: { ...base.headers, 'content-range': contentRange(found, content.size) },
  };
}

function exportAnswer({ content, mimeType }: Media, gzip: boolean): Answer {
  const base = { status: 200, body: '', contentType: mimeType, isChunked: true };
  if (!gzip) return { ...base, content };
  const packed = gzipSync(content.read(0, content.size), { level: 1 });
  return { ...base, content: bytesContent(packed), headers: { 'content-encoding': 'gzip' } };
}

/** The value of `Content-Range`. */
export function contentRange({ start, end }: ByteRange, size: number): string {
  return `bytes ${String(start)}-${String(end - 1)}/${String(size)}`;
}

function partOf(content: Content, { start, end }: ByteRange): Content {
  return { size: end - start, read: (from, to) => content.read(start + from, start + to) };
}
