import { readFileSync } from 'node:fs';
import { TextDecoder } from 'node:util';
import { PDFiumModule } from '@hyzyla/pdfium';
import { ExtractionError } from '../model/extraction';
import { annotationsText } from './pdf-annotations';
import { functionsOf, type Functions, type PDFiumFunctions } from './pdfium-functions';
import type { ByteSource } from './source';

const PIECE = 1024 * 1024;
/** FPDF_GetLastError: https://pdfium.googlesource.com/pdfium/+/refs/heads/main/public/fpdfview.h */
const PASSWORD_ERROR = 4;
const SECURITY_ERROR = 5;

/** PDFium with its memory. It is unusable after it has thrown anything but an ExtractionError. */
export class Pdfium {
  readonly #functions: Functions;

  constructor(functions: Functions) {
    this.#functions = functions;
  }

  /**
   * Opens a document with the empty password.
   * @throws ExtractionError `memory`, `password`, `encrypted` or `malformed`.
   */
  open(source: ByteSource): PdfDocument {
    const bytes = this.#functions.malloc(source.size);
    if (bytes === 0) throw new ExtractionError('memory');
    for (let at = 0; at < source.size; at += PIECE) {
      this.#functions.memory().set(source.read(at, PIECE), bytes + at);
    }
    const handle = this.#functions.loadDocument(bytes, source.size, 0);
    if (handle !== 0) return new PdfDocument(this.#functions, handle, bytes);
    this.#functions.free(bytes);
    throw new ExtractionError(problemOf(this.#functions.lastError()));
  }
}

/** An open document. It must be closed. */
export class PdfDocument {
  readonly #functions: Functions;
  readonly #handle: number;
  readonly #bytes: number;

  constructor(functions: Functions, handle: number, bytes: number) {
    this.#functions = functions;
    this.#handle = handle;
    this.#bytes = bytes;
  }

  /** How many pages it says it has. */
  pageCount(): number {
    return this.#functions.pageCount(this.#handle);
  }

  /** The text of a page, from 0, then what is in its form fields and comments; undefined if the page is damaged. */
  pageText(index: number, mostChars: number): string | undefined {
    const page = this.#functions.loadPage(this.#handle, index);
    if (page === 0) return undefined;
    try {
      const text = this.#functions.loadText(page);
      if (text === 0) return undefined;
      try {
        const parts = [this.#characters(text, mostChars), annotationsText(this.#functions, page)];
        return parts.filter(Boolean).join('\n');
      } finally {
        this.#functions.closeText(text);
      }
    } finally {
      this.#functions.closePage(page);
    }
  }

  /** Frees its memory. */
  close(): void {
    this.#functions.closeDocument(this.#handle);
    this.#functions.free(this.#bytes);
  }

  #characters(text: number, most: number): string {
    const count = Math.min(most, this.#functions.countChars(text));
    if (count <= 0) return '';
    const buffer = this.#functions.malloc((count + 1) * 2);
    if (buffer === 0) throw new ExtractionError('memory');
    try {
      // The result counts a closing NUL.
      const length = this.#functions.getText(text, 0, count, buffer) - 1;
      const bytes = this.#functions.memory().subarray(buffer, buffer + Math.max(0, length) * 2);
      return new TextDecoder('utf-16le', { ignoreBOM: true }).decode(bytes);
    } finally {
      this.#functions.free(buffer);
    }
  }
}

/** Loads PDFium from its package. It prints nothing, since a child's output is its answers. */
export async function loadPdfium(): Promise<Pdfium> {
  const wasm = readFileSync(require.resolve('@hyzyla/pdfium/pdfium.wasm'));
  const options = {
    wasmBinary: wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength),
    locateFile: () => '',
    print: () => undefined,
    printErr: () => undefined,
  };
  const functions = functionsOf((await PDFiumModule(options)) as PDFiumFunctions);
  functions.initialize({});
  return new Pdfium(functions);
}

function problemOf(code: number): 'password' | 'encrypted' | 'malformed' {
  if (code === PASSWORD_ERROR) return 'password';
  return code === SECURITY_ERROR ? 'encrypted' : 'malformed';
}
