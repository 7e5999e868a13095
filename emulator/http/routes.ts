import type { EmulatedDrive } from '../drive/emulated-drive';
import { getAbout } from '../endpoints/about-get';
import { listChanges } from '../endpoints/changes-list';
import { listDrives } from '../endpoints/drives-list';
import { getFile } from '../endpoints/files-get';
import { listFiles } from '../endpoints/files-list';
import { getStartPageToken } from '../endpoints/start-page-token';
import { OAUTH_METHODS } from '../oauth/endpoints';
import type { ApiMethod, Parameters } from './parameters';

/** Handles an API method and returns a JSON document or its text. */
type Endpoint = (drive: EmulatedDrive, params: Parameters, argument: string) => unknown;

/** An API method and its path. */
interface Route {
  method: ApiMethod;
  path: RegExp;
  /** In quota units: https://developers.google.com/workspace/drive/api/guides/limits */
  cost: number;
  /** True if the option `latencyMs` applies: list requests take Drive noticeable time. */
  slow: boolean;
  endpoint: Endpoint;
}

const READ = { cost: 5, slow: false };
const LIST = { cost: 100, slow: true };

const ROUTES: readonly Route[] = [
  { method: 'files.list', path: /^\/drive\/v3\/files$/, ...LIST, endpoint: listFiles },
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

/** Finds the route of a request, and the id in its path. */
export function findRoute(verb: string, path: string): { route: Route; argument: string } | undefined {
  if (verb !== 'GET') return undefined;
  for (const route of ROUTES) {
    const match = route.path.exec(path);
    if (match !== null) return { route, argument: decode(match[1] ?? '') };
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
