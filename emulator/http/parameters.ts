import { ApiError, invalidType, unknownParameter } from './api-error';

/** The type of a query parameter. */
export type ParameterType = 'string' | 'boolean' | 'integer';

/** The parameters of a method by name. */
export type ParameterTable = Readonly<Record<string, ParameterType>>;

/**
 * Parameters of every method, without those that carry credentials: the emulator accepts credentials only in
 * a header.
 */
const COMMON: ParameterTable = {
  '$.xgafv': 'string',
  alt: 'string',
  fields: 'string',
  key: 'string',
  prettyPrint: 'boolean',
  quotaUser: 'string',
};

const CORPORA: ParameterTable = {
  driveId: 'string',
  supportsAllDrives: 'boolean',
  supportsTeamDrives: 'boolean',
  teamDriveId: 'string',
};

/**
 * The parameters of each method. `files.download` and `revisions.download` stand for `files.get` and `revisions.get`
 * with `alt=media`, and `files.download.operation` for Drive's `files.download`. A test compares them
 * with Google's discovery document.
 */
export const METHOD_PARAMETERS = {
  'files.list': {
    ...CORPORA,
    corpora: 'string',
    corpus: 'string',
    includeItemsFromAllDrives: 'boolean',
    includeLabels: 'string',
    includePermissionsForView: 'string',
    includeTeamDriveItems: 'boolean',
    orderBy: 'string',
    pageSize: 'integer',
    pageToken: 'string',
    q: 'string',
    spaces: 'string',
  },
  'files.get': {
    acknowledgeAbuse: 'boolean',
    includeLabels: 'string',
    includePermissionsForView: 'string',
    supportsAllDrives: 'boolean',
    supportsTeamDrives: 'boolean',
  },
  'files.download': {
    acknowledgeAbuse: 'boolean',
    includeLabels: 'string',
    includePermissionsForView: 'string',
    supportsAllDrives: 'boolean',
    supportsTeamDrives: 'boolean',
  },
  'files.export': { mimeType: 'string' },
  'files.download.operation': { mimeType: 'string', revisionId: 'string' },
  'revisions.download': { acknowledgeAbuse: 'boolean' },
  'operations.get': {},
  'operations.download': {},
  'about.get': {},
  'changes.getStartPageToken': CORPORA,
  'changes.list': {
    ...CORPORA,
    includeCorpusRemovals: 'boolean',
    includeItemsFromAllDrives: 'boolean',
    includeLabels: 'string',
    includePermissionsForView: 'string',
    includeRemoved: 'boolean',
    includeTeamDriveItems: 'boolean',
    pageSize: 'integer',
    pageToken: 'string',
    restrictToMyDrive: 'boolean',
    spaces: 'string',
  },
  'drives.list': {
    pageSize: 'integer',
    pageToken: 'string',
    q: 'string',
    useDomainAdminAccess: 'boolean',
  },
} as const satisfies Readonly<Record<string, ParameterTable>>;

/** An emulated API method. */
export type ApiMethod = keyof typeof METHOD_PARAMETERS;

/** The values of `alt` of methods that return contents; others only return JSON. */
const FORMATS: { readonly [K in ApiMethod]?: readonly string[] } = {
  'files.download': ['media'],
  'files.export': ['json', 'media'],
  'revisions.download': ['media'],
  'operations.download': ['json', 'media'],
};

/** The validated query parameters of a request. */
export class Parameters {
  readonly #method: ApiMethod;
  readonly #values: ReadonlyMap<string, string>;

  /** @throws ApiError for an unknown parameter, a repeated one, and a value of the wrong type. */
  constructor(method: ApiMethod, query: URLSearchParams) {
    const known: ParameterTable = { ...COMMON, ...METHOD_PARAMETERS[method] };
    const values = new Map<string, string>();
    for (const [name, value] of query) {
      const type = Object.hasOwn(known, name) ? known[name] : undefined;
      if (type === undefined) throw unknownParameter(name);
      if (values.has(name)) throw givenTwice(name);
      checkType(name, type, value);
      values.set(name, value);
    }
    this.#method = method;
    this.#values = values;
    const alt = this.text('alt') ?? 'json';
    if (!(FORMATS[method] ?? ['json']).includes(alt)) throw invalidType('alt', 'ENUM', alt);
  }

  text(name: string): string | undefined {
    return this.#values.get(name);
  }

  flag(name: string): boolean {
    return this.#values.get(name) === 'true';
  }

  integer(name: string): number | undefined {
    const value = this.text(name);
    return value === undefined ? undefined : Number(value);
  }

  /** Google writes JSON with white space by default. */
  get pretty(): boolean {
    return this.text('prettyPrint') !== 'false';
  }

  /**
   * The parameters to which a page token is bound: all that affect which items a list has and how it shows
   * them.
   */
  binding({ toPageSize }: { toPageSize: boolean }): string {
    const free = new Set(['pageToken', '$.xgafv', 'alt', 'key', 'prettyPrint', 'quotaUser']);
    if (!toPageSize) free.add('pageSize');
    const bound = [...this.#values].filter(([name]) => !free.has(name));
    return JSON.stringify([this.#method, bound.toSorted(([a], [b]) => (a < b ? -1 : 1))]);
  }
}

const INTEGER = /^[+-]?\d{1,10}$/;

function checkType(name: string, type: ParameterType, value: string): void {
  if (type === 'boolean' && value !== 'true' && value !== 'false') throw invalidType(name, 'BOOL', value);
  // Google's front end names the parameter in snake case.
  if (type === 'integer' && !INTEGER.test(value)) throw invalidType(snakeCase(name), 'INT32', value);
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function givenTwice(name: string): ApiError {
  const message = `Invalid JSON payload received. Unknown name "${name}": Proto field is not repeating, cannot set it again.`;
  return new ApiError(400, { reason: 'badRequest', message, status: 'INVALID_ARGUMENT' });
}
