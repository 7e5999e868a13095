import { ApiError, invalidValue, pageSizeOutOfRange, supportsDrivesRequired } from '../http/api-error';
import type { Parameters } from '../http/parameters';

const DEFAULT_PAGE_SIZE = 100;
const MOST_PAGE_SIZE = 1000;

/** The shared drive parameters of a request. */
export interface DriveParameters {
  driveId: string | undefined;
  /** True if the request includes files of shared drives. */
  includesDrives: boolean;
}

/**
 * Reads the shared drive parameters.
 * @throws ApiError if the request includes files of shared drives without `supportsAllDrives`.
 */
export function driveParameters(params: Parameters): DriveParameters {
  const driveId = params.text('driveId') ?? params.text('teamDriveId');
  const includesDrives = params.flag('includeItemsFromAllDrives') || params.flag('includeTeamDriveItems');
  if (includesDrives && !supportsAllDrives(params)) throw supportsDrivesRequired();
  return { driveId, includesDrives };
}

/** True if the client supports shared drives. */
export function supportsAllDrives(params: Parameters): boolean {
  return params.flag('supportsAllDrives') || params.flag('supportsTeamDrives');
}

/** @throws ApiError for a space other than `drive`. */
export function checkSpaces(params: Parameters): void {
  const spaces = (params.text('spaces') ?? 'drive').split(',');
  if (spaces.includes('appDataFolder')) {
    const message = 'The granted scopes do not give access to all of the requested spaces.';
    throw new ApiError(403, { reason: 'insufficientScopes', message, location: 'spaces' });
  }
  if (spaces.some((space) => space !== 'drive')) throw invalidValue('spaces');
}

/** @throws ApiError for a page size that is out of range. */
export function parsePageSize(params: Parameters): number {
  const pageSize = params.integer('pageSize') ?? DEFAULT_PAGE_SIZE;
  if (pageSize >= 1 && pageSize <= MOST_PAGE_SIZE) return pageSize;
  throw pageSizeOutOfRange(pageSize, MOST_PAGE_SIZE);
}
