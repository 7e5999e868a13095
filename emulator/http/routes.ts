import type { EmulatedDrive } from '../drive/emulated-drive';
import { getAbout } from '../endpoints/about-get';
import { listChanges } from '../endpoints/changes-list';
import { listDrives } from '../endpoints/drives-list';
import { getDownload, getOperation, startDownload } from '../endpoints/files-download';
import { exportFile } from '../endpoints/files-export';
import { getFile } from '../endpoints/files-get';
import { listFiles } from '../endpoints/files-list';
import { downloadFile, downloadRevision } from '../endpoints/files-media';
import { getStartPageToken } from '../endpoints/start-page-token';
import { OAUTH_METHODS } from '../oauth/endpoints';
import type { ApiMethod, Parameters } from './parameters';
import type { PathParts } from './path-parts';

/** Handles an API method and returns a JSON document, its text, or a `Media`. */
type Endpoint = (drive: EmulatedDrive, params: Parameters, path: PathParts) => unknown;

/** An API method and its path. */
interface Route {
  method: ApiMethod;
  /** The HTTP method; default GET. */
  verb?: 'POST';
  /** True for a route that is only chosen with `alt=media`, and precedes others with its path. */
  isMedia?: boolean;
  path: RegExp;
  /** In quota units: https://developers.google.com/workspace/drive/api/guides/limits */
  cost: number;
  /** True if the option `latencyMs` applies: list requests take Drive noticeable time. */
  slow: boolean;
  endpoint: Endpoint;
}

const READ = { cost: 5, slow: false };
const LIST = { cost: 100, slow: true };
/** Google names only `files.download` as a download; media and exports probably cost the same. */
const DOWNLOAD = { cost: 200, slow: false };

const ROUTES: readonly Route[] = [
  { method: 'files.list', path: /^\/drive\/v3\/files$/, ...LIST, endpoint: listFiles },
  {
    method: 'files.download',
    isMedia: true,
    path: /^(?:\/download)?\/drive\/v3\/files\/([^/]+)$/,
    ...DOWNLOAD,
    endpoint: downloadFile,
  },
  {
    method: 'revisions.download',
    isMedia: true,
    path: /^(?:\/download)?\/drive\/v3\/files\/([^/]+)\/revisions\/([^/]+)$/,
    ...DOWNLOAD,
    endpoint: downloadRevision,
  },
  {
    method: 'files.export',
    path: /^(?:\/download)?\/drive\/v3\/files\/([^/]+)\/export$/,
    ...DOWNLOAD,
    endpoint: exportFile,
  },
  {
    method: 'files.download.operation',
    verb: 'POST',
    path: /^\/drive\/v3\/files\/([^/]+)\/download$/,
    ...DOWNLOAD,
    endpoint: startDownload,
  },
  { method: 'operations.get', path: /^\/drive\/v3\/operations\/([^/]+)$/, ...READ, endpoint: getOperation },
  {
    method: 'operations.download',
    path: /^\/download\/operations\/([^/]+)$/,
    ...DOWNLOAD,
    endpoint: getDownload,
  },
  { method: 'files.get', path: /^\/drive\/v3\/files\/([^/]+)$/, ...READ, endpoint: getFile },
  { method: 'about.get', path: /^\/drive\/v3\/about$/, ...READ, endpoint: getAbout },
  {
    method: 'changes.getStartPageToken',
    path: /^\/drive\/v3\/changes\/startPageToken$/,
    ...READ,
    endpoint: getStartPageToken,
  },
  { method: 'changes.list', path: /^\/drive\/v3\/changes$/, ...LIST, endpoint: listChanges },
  { method: 'drives.list', path: /^\/drive\/v3\/drives$/, ...LIST, endpoint: listDrives },
];

/** The method name of requests to other paths. */
export const UNKNOWN_METHOD = 'unknown';

/** All method names. */
export const METHODS: readonly string[] = [
  ...ROUTES.map(({ method }) => method),
  ...OAUTH_METHODS,
  UNKNOWN_METHOD,
];

/** Finds the endpoint of a method by name. */
export function findEndpoint(method: string): Pick<Route, 'method' | 'endpoint'> | undefined {
  return ROUTES.find((route) => route.method === method);
}

/** A route and the ids in the path. */
export type FoundRoute = { route: Route } & Omit<PathParts, 'origin'>;

/** Finds the route of a request; `alt` is its parameter of this name. */
export function findRoute(verb: string, path: string, alt: string | null): FoundRoute | undefined {
  for (const route of ROUTES) {
    if (verb !== (route.verb ?? 'GET') || (route.isMedia === true && alt !== 'media')) continue;
    const match = route.path.exec(path);
    if (match !== null) return { route, argument: decode(match[1] ?? ''), second: decode(match[2] ?? '') };
  }
  return undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
