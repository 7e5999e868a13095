import type { FileRenderer } from '../fields/file-renderer';
import type { Body } from '../http/body';

/** A page of `files.list`, before it is written. */
export interface FilesPage {
  /** The JSON before the first file. */
  before: string;
  /** The white space before each file. */
  separator: string;
  /** The JSON after the last file. */
  after: string;
  /** The files of the page, in order. */
  slots: readonly number[];
  /** Writes the file in a slot. Pages of one Drive with the same `fields` share one function. */
  render: FileRenderer;
  /**
   * Increases with every change of the Drive. At the same revision, `render` returns the same text for a
   * slot.
   */
  revision: number;
}

/** A page of `changes.list`, before it is written. */
export interface ChangesPage {
  /** At the same revision, pages with the same key have the same body. */
  key: string;
  /** Increases with every change of the Drive. */
  revision: number;
  write: () => Buffer;
}

/** Writes list pages instead of the emulator, for example from a cache. */
export interface PageWriter {
  writeFiles(page: FilesPage): Body;
  writeChanges(page: ChangesPage): Body;
}
