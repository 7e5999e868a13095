import type { Corpus } from './corpus/corpus';
import { randomFractions } from './corpus/hash';
import type { DriveUser } from './drive-file';
import { compileRenderer, type FileRenderer, type Indent } from './file-renderer';
import type { FieldMask } from './field-mask';
import type { EmulatorOptions } from './options';
import { PageTokens } from './page-token';
import { Walks } from './walk';

/** The most files that Drive puts on a page when `parents` is asked, as measured by others. */
const DEFAULT_PAGE_CAP = 460;
/** Mean lifetime of page tokens; Google says "several hours". */
const DEFAULT_TOKEN_TTL_MS = 6 * 3_600_000;
const MOST_RENDERERS = 64;

/** What a mask is made into: the mask itself, for the fields around the files, and a writer of files. */
interface Rendering {
  mask: FieldMask;
  render: FileRenderer;
}

/** One account's Drive with everything that its endpoints share. */
export class EmulatedDrive {
  readonly corpus: Corpus;
  readonly user: DriveUser;
  readonly tokens: PageTokens;
  readonly walks: Walks;
  readonly pageCap: number;
  readonly emptyPages: number;
  readonly order: NonNullable<EmulatorOptions['order']>;
  /** Fractions in [0, 1), the same in every run with the same seed. */
  readonly random: () => number;
  readonly #renderings = new Map<string, Rendering>();

  constructor(corpus: Corpus, user: DriveUser, options: EmulatorOptions) {
    this.corpus = corpus;
    this.user = user;
    this.tokens = new PageTokens(options.tokenTtlMs ?? DEFAULT_TOKEN_TTL_MS, options.now ?? Date.now);
    this.walks = new Walks(corpus);
    this.pageCap = options.pageCap ?? DEFAULT_PAGE_CAP;
    this.emptyPages = options.emptyPages ?? 0;
    this.order = options.order ?? 'honored';
    this.random = randomFractions(options.corpus?.kind === 'seed' ? options.corpus.seed : 1);
  }

  /** Prepares a mask once for all pages that are asked with it; `parse` makes the mask and finds the one of the files in it. */
  rendering(text: string, indent: Indent, parse: () => { mask: FieldMask; files: FieldMask }): Rendering {
    const key = `${String(indent)} ${text}`;
    let known = this.#renderings.get(key);
    if (known === undefined) {
      const { mask, files } = parse();
      known = { mask, render: compileRenderer(this.corpus.readers, files, indent) };
      if (this.#renderings.size >= MOST_RENDERERS) this.#renderings.clear();
      this.#renderings.set(key, known);
    }
    return known;
  }
}
