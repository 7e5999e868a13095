import { TextDecoder } from 'node:util';
import { ExtractionError } from '../model/extraction';
import type { Functions } from './pdfium-functions';

/** https://pdfium.googlesource.com/pdfium/+/refs/heads/main/public/fpdf_annot.h */
const LINK = 2;
const CARET = 14;
const WIDGET = 20;
const HIDDEN_FLAG = 2;
/** FPDF_OBJECT_STRING. Check boxes have names. */
const STRING = 3;
const MOST_ANNOTATIONS = 10_000;
const MOST_BYTES = 1024 * 1024;

/** The values of the form fields of a page, and its comments: a line each. */
export function annotationsText(functions: Functions, page: number): string {
  const count = Math.min(MOST_ANNOTATIONS, functions.annotationCount(page));
  const lines: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const annotation = functions.openAnnotation(page, index);
    if (annotation === 0) continue;
    try {
      const line = annotationText(functions, annotation);
      if (line.trim() !== '') lines.push(line);
    } finally {
      functions.closeAnnotation(annotation);
    }
  }
  return lines.join('\n');
}

function annotationText(functions: Functions, annotation: number): string {
  if ((functions.annotationFlags(annotation) & HIDDEN_FLAG) !== 0) return '';
  const type = functions.annotationType(annotation);
  if (type === WIDGET) return stringOf(functions, annotation, 'V');
  // From notes to carets, people write them. What follows are windows of notes, files, sounds and marks for printers.
  return type >= 1 && type <= CARET && type !== LINK ? stringOf(functions, annotation, 'Contents') : '';
}

function stringOf(functions: Functions, annotation: number, key: string): string {
  const name = Buffer.from(`${key}\0`, 'latin1');
  const address = allocate(functions, name.length);
  try {
    functions.memory().set(name, address);
    if (functions.valueType(annotation, address) !== STRING) return '';
    const size = functions.getString(annotation, address, 0, 0);
    return size > 2 && size <= MOST_BYTES ? read(functions, annotation, address, size) : '';
  } finally {
    functions.free(address);
  }
}

function read(functions: Functions, annotation: number, key: number, size: number): string {
  const buffer = allocate(functions, size);
  try {
    functions.getString(annotation, key, buffer, size);
    // It ends with a NUL.
    const bytes = functions.memory().subarray(buffer, buffer + size - 2);
    return new TextDecoder('utf-16le').decode(bytes);
  } finally {
    functions.free(buffer);
  }
}

function allocate(functions: Functions, size: number): number {
  const address = functions.malloc(size);
  if (address === 0) throw new ExtractionError('memory');
  return address;
}
