import { printable } from '../render/text';
import type { Output } from './host';

const CLEAR = '\r\u001b[K';
const UP_AND_CLEAR = '\u001b[A\u001b[K';

/** One or more lines of a terminal that are rewritten in place; other lines are written above them. */
export class StatusLine {
  readonly #output: Output;
  #shown = 0;

  constructor(output: Output) {
    this.#output = output;
  }

  /** Shows lines in place of the last ones, each cut to the width of the terminal. */
  show(text: string): void {
    const width = (this.#output.columns ?? 80) - 1;
    const lines = text.split('\n').map((line) => printable(line).slice(0, width));
    this.#output.write(this.#clearing() + lines.join('\n'));
    this.#shown = lines.length;
  }

  /** Clears the lines, which must happen before anything else is written. */
  clear(): void {
    if (this.#shown > 0) this.#output.write(this.#clearing());
    this.#shown = 0;
  }

  #clearing(): string {
    return CLEAR + UP_AND_CLEAR.repeat(Math.max(0, this.#shown - 1));
  }
}
