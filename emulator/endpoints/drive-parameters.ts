import { ApiError, invalidValue, pageSizeOutOfRange, supportsDrivesRequired } from '../http/api-error';
import type { Parameters } from '../http/parameters';

const DEFAULT_PAGE_SIZE = 100;
const MOST_PAGE_SIZE = 1000;

/** What a request says about shared drives. */
export interface DriveParameters {
  driveId: string | undefined;
  /** Files of shared drives are wanted. */
  includesDrives: boolean;
}

/**
 * Reads the parameters that have to do with shared drives.
 * @throws ApiError if files of shared drives are asked without saying that the client knows them.
 */
export function driveParameters(params: Parameters): DriveParameters {
  const driveId = params.text('driveId') ?? params.text('teamDriveId');
  const includesDrives = params.flag('includeItemsFromAllDrives') || params.flag('includeTeamDriveItems');
  if (includesDrives && !supportsAllDrives(params)) throw supportsDrivesRequired();
  return { driveId, includesDrives };
}

/** True if the client says that it knows shared drives. */
export function supportsAllDrives(params: Parameters): boolean {
  return params.flag('supportsAllDrives') || params.flag('supportsTeamDrives');
}

/** @throws ApiError for a space that is not the Drive itself. */
export function checkSpaces(params: Parameters): void {
  const spaces = (params.text('spaces') ?? 'drive').split(',');
  if (spaces.includes('appDataFolder')) {
    const message = 'The granted scopes do not give access to all of the requested spaces.';
    throw new ApiError(403, { reason: 'insufficientScopes', message, location: 'spaces' });
  }
  if (spaces.some((space) => space !== 'drive')) throw invalidValue('spaces');
}

/** @throws ApiError for a page size out of range. */
export function parsePageSize(params: Parameters): number {
  const pageSize = params.integer('pageSize') ?? DEFAULT_PAGE_SIZE;
  if (pageSize >= 1 && pageSize <= MOST_PAGE_SIZE) return pageSize;
  throw pageSizeOutOfRange(pageSize, MOST_PAGE_SIZE);
}
