import { printable } from '../render/text';
import type { Output } from './host';

const CLEAR = '\r\u001b[K';

/** One line of a terminal that is rewritten in place; other lines are written above it. */
export class StatusLine {
  readonly #output: Output;
  #isShown = false;

  constructor(output: Output) {
    this.#output = output;
  }

  /** Shows a line in place of the last one, cut to the width of the terminal. */
  show(line: string): void {
    const width = (this.#output.columns ?? 80) - 1;
    this.#output.write(`${CLEAR}${printable(line).slice(0, width)}`);
    this.#isShown = true;
  }

  /** Clears the line, which must happen before anything else is written. */
  clear(): void {
    if (this.#isShown) this.#output.write(CLEAR);
    this.#isShown = false;
  }
}
