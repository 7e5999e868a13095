/** How the modification times of seed files are spread. */
export type TimeShape = 'uniform' | 'bursty' | 'migrated' | 'identical';

/** A shared drive that is made up from a seed. */
export interface DriveSpec {
  /** Default: made up. */
  id?: string;
  name: string;
  files: number;
}

/** A Drive that is made up from a seed. */
export interface SeedSpec {
  kind: 'seed';
  seed: number;
  files: number;
  /**
   * `uniform`: over 15 years; `bursty`: 30 % within one hour; `migrated`: 95 % within six hours; `identical`: all in one
   * instant. Default `uniform`.
   */
  shape?: TimeShape;
  /** Mixes in about 0.5 % of the oddities that are seen in real Drives. */
  hostile?: boolean;
  /** Shared drives that are there from the start. */
  drives?: readonly DriveSpec[];
}

/** A Drive that shows a folder of this machine. */
export interface FolderSpec {
  kind: 'folder';
  path: string;
  /** Shared drives that are there from the start. */
  drives?: readonly DriveSpec[];
}

/** What the emulated Drive holds. */
export type CorpusSpec = SeedSpec | FolderSpec;
