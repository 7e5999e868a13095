import { Contents } from '../contents/contents';
import { Operations } from '../contents/operations';
import type { SeededFacts } from '../contents/seeded-facts';
import type { Corpus } from '../corpus/corpus';
import { randomFractions } from '../corpus/hash';
import { createPeople, type People } from '../corpus/people';
import type { DriveSpec } from '../corpus/spec';
import type { FieldMask } from '../fields/field-mask';
import { compileRenderer, type FileRenderer, type Indent } from '../fields/file-renderer';
import { PageTokens } from '../listing/page-token';
import type { PageWriter } from '../listing/page-writer';
import { Walks } from '../listing/walk';
import type { ChangeHooks, EmulatorOptions } from '../options';
import type { DriveState } from '../world/drive-state';
import { World } from '../world/world';
import { ChangeLog } from './change-log';
import type { DriveUser } from './drive-file';
import { LaggedCorpus } from './lagged-corpus';
import { SharedDrives } from './shared-drives';
import { Visibility } from './visibility';

/** The largest page that others have measured on Drive when `fields` contains `parents`. */
const DEFAULT_PAGE_CAP = 460;
/** The lifetime of page tokens; Google says "several hours". */
const DEFAULT_TOKEN_TTL_MS = 6 * 3_600_000;
const MOST_RENDERERS = 64;

/** A field mask, and the renderer of the files that it selects. */
export interface Rendering {
  mask: FieldMask;
  render: FileRenderer;
}

/** The behaviour of a Drive that the options set. */
type Habits = Required<
  Pick<EmulatorOptions, 'emptyPages' | 'listLagMs' | 'order' | 'pageCap' | 'severalParents' | 'tokenTtlMs'>
> & { tokensBoundToPageSize: Required<NonNullable<EmulatorOptions['tokensBoundToPageSize']>> };

interface RenderingRequest {
  method: 'files.list' | 'files.get' | 'changes.list';
  fields: string;
  indent: Indent;
}

/** What listings read: the files, their visibility and the walks through them. */
export interface Shelf {
  readonly corpus: Corpus;
  readonly visibility: Visibility;
  readonly walks: Walks;
}

/** The Drive of one account, with everything that its endpoints share. */
export class EmulatedDrive implements DriveState, Shelf {
  readonly corpus: Corpus;
  readonly visibility: Visibility;
  readonly walks: Walks;
  readonly user: DriveUser;
  readonly people: People;
  readonly seed: number;
  readonly seedDrives: readonly DriveSpec[];
  readonly drives = new SharedDrives();
  readonly logs = { user: new ChangeLog('user') };
  /** Other people's folders whose contents flat listings do not show. */
  readonly closedFolders = new Set<number>();
  /**
   * Other people's folders that are in another shared folder and were also shared with the user separately.
   */
  readonly sharedApart = new Set<number>();
  readonly contents: Contents;
  readonly operations: Operations;
  readonly tokens: PageTokens;
  readonly habits: Habits;
  readonly now: () => number;
  /** Fractions in [0, 1); the same seed gives the same ones in every run. */
  readonly random: () => number;
  readonly world: World;
  hooks: ChangeHooks;
  readonly pageWriter: PageWriter | undefined;
  readonly #lag: LaggedCorpus | undefined;
  readonly #shelf: Shelf;
  readonly #renderings = new Map<string, Rendering>();

  constructor(corpus: Corpus, user: DriveUser, options: EmulatorOptions, seeded?: SeededFacts) {
    const spec = options.corpus;
    this.corpus = corpus;
    this.visibility = new Visibility(corpus, this.drives, options);
    this.walks = new Walks(corpus);
    this.user = user;
    this.seed = spec?.kind === 'seed' ? spec.seed : 1;
    this.people = createPeople(this.seed, user);
    this.seedDrives = spec?.drives ?? [];
    this.now = options.now ?? Date.now;
    this.contents = new Contents(corpus, seeded);
    this.operations = new Operations(options.operationPolls ?? 1, this.now);
    this.habits = habitsOf(options);
    this.tokens = new PageTokens(this.habits.tokenTtlMs, this.now);
    this.hooks = options.changes ?? {};
    this.pageWriter = options.pageWriter;
    this.random = randomFractions(this.seed);
    const { listLagMs } = this.habits;
    this.#lag = listLagMs > 0 ? new LaggedCorpus(corpus, listLagMs, this.now) : undefined;
    const { corpus: lagged } = this.#lag ?? {};
    this.#shelf =
      lagged === undefined
        ? this
        : {
            corpus: lagged,
            visibility: new Visibility(lagged, this.drives, options),
            walks: new Walks(lagged),
          };
    this.world = new World(this);
    this.#lag?.catchUp(Infinity);
  }

  /** What listings read. It may lag behind the current files. */
  get shelf(): Shelf {
    this.#lag?.catchUp();
    return this.#shelf;
  }

  /**
   * Prepares a field mask once for all pages with the same `fields`. `parse` returns the mask and its part
   * for the files.
   */
  rendering(
    { method, fields, indent }: RenderingRequest,
    parse: () => { mask: FieldMask; files: FieldMask },
  ): Rendering {
    const key = `${String(indent)} ${method} ${fields}`;
    let known = this.#renderings.get(key);
    if (known === undefined) {
      const { mask, files } = parse();
      const corpus = method === 'files.list' ? this.#shelf.corpus : this.corpus;
      const render = compileRenderer(corpus.readers, files, indent);
      known = { mask, render };
      if (this.#renderings.size >= MOST_RENDERERS) this.#renderings.clear();
      this.#renderings.set(key, known);
    }
    return known;
  }
}

function habitsOf(options: EmulatorOptions): Habits {
  const { pageCap = DEFAULT_PAGE_CAP, tokenTtlMs = DEFAULT_TOKEN_TTL_MS } = options;
  const { emptyPages = 0, listLagMs = 0, order = 'honored' } = options;
  const { severalParents = 'any' } = options;
  const tokensBoundToPageSize = { lists: true, changes: false, ...options.tokensBoundToPageSize };
  return {
    pageCap,
    tokenTtlMs,
    emptyPages,
    listLagMs,
    order,
    severalParents,
    tokensBoundToPageSize,
  };
}
