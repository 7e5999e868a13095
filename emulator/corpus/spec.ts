/** The distribution of the modification times of generated files. */
export type TimeShape = 'uniform' | 'bursty' | 'migrated' | 'identical';

/** A shared drive with generated files. */
export interface DriveSpec {
  /** Default: generated. */
  id?: string;
  name: string;
  files: number;
}

/** A Drive that is generated from a seed. */
export interface SeedSpec {
  kind: 'seed';
  seed: number;
  files: number;
  /**
   * `uniform` (default): over 15 years; `bursty`: 30 % within one hour; `migrated`: 95 % within six hours;
   * `identical`: all at the same time.
   */
  shape?: TimeShape;
  /** Mixes in about 0.5 % of odd files, as they occur in real Drives. */
  hostile?: boolean;
  /** Shared drives that exist from the start. */
  drives?: readonly DriveSpec[];
}

/** A Drive that presents a local folder. */
export interface FolderSpec {
  kind: 'folder';
  path: string;
  /** Shared drives that exist from the start. */
  drives?: readonly DriveSpec[];
}

/** The contents of an emulated Drive. */
export type CorpusSpec = SeedSpec | FolderSpec;
