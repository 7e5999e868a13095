import type { EmulatedDrive } from '../drive/emulated-drive';
import { getAbout } from '../endpoints/about-get';
import { listChanges } from '../endpoints/changes-list';
import { listDrives } from '../endpoints/drives-list';
import { getFile } from '../endpoints/files-get';
import { listFiles } from '../endpoints/files-list';
import { getStartPageToken } from '../endpoints/start-page-token';
import { OAUTH_METHODS } from '../oauth/endpoints';
import type { ApiMethod, Parameters } from './parameters';

/** Answers one method of the API: a JSON document, or its text. */
type Endpoint = (drive: EmulatedDrive, params: Parameters, argument: string) => unknown;

/** A method of the API and where it is found. */
interface Route {
  method: ApiMethod;
  path: RegExp;
  /** Quota units: https://developers.google.com/workspace/drive/api/guides/limits */
  cost: number;
  /** A page of a list takes Drive noticeable time. */
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

/** What a request to a path that is not emulated is counted as. */
export const UNKNOWN_METHOD = 'unknown';

/** All methods that are counted. */
export const METHODS: readonly string[] = [
  ...ROUTES.map(({ method }) => method),
  ...OAUTH_METHODS,
  UNKNOWN_METHOD,
];

/** The endpoint of a method by its name; undefined if there is none. */
export function findEndpoint(method: string): Pick<Route, 'method' | 'endpoint'> | undefined {
  return ROUTES.find((route) => route.method === method);
}

/** What a request asks for; undefined if it is nothing of the API. */
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
