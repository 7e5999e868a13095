const MEGABYTE = 1024 * 1024;

/** What one file, and one extractor process, may use. Times in ms, memory in bytes. */
export interface ExtractionLimits {
  /** Time for a file: a base, more for each megabyte, and the most. */
  fileMs: number;
  msPerMegabyte: number;
  mostFileMs: number;
  /** Resident memory at which a process is killed. */
  rss: number;
  /** How often it is looked at. */
  pollMs: number;
  /** When a process is replaced between two files: its memory, its files, and its time at work. */
  replaceRss: number;
  replaceFiles: number;
  replaceBusyMs: number;
  /** How long a process without work lives. */
  idleMs: number;
  /** Time from the start of a process until it is ready. */
  startMs: number;
}

/** The limits in use. */
export const EXTRACTION_LIMITS: ExtractionLimits = {
  fileMs: 20_000,
  msPerMegabyte: 1_000,
  mostFileMs: 120_000,
  rss: 400 * MEGABYTE,
  pollMs: 100,
  replaceRss: 300 * MEGABYTE,
  replaceFiles: 200,
  replaceBusyMs: 300_000,
  idleMs: 30_000,
  startMs: 15_000,
};

/** How long a file of `size` bytes may take. */
export function timeFor(size: number, limits: ExtractionLimits): number {
  return Math.min(limits.mostFileMs, limits.fileMs + (size / MEGABYTE) * limits.msPerMegabyte);
}
