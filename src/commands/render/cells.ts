import type { Cell } from './table';
import { formatAge, formatDriveTime, formatSize, formatSpan, formatTime, formatUntil } from './text';

const NOTHING = '';

/** A number of bytes; empty if undefined. */
export function sizeCell(bytes: number | bigint | undefined): Cell {
  return bytes === undefined ? NOTHING : { shown: formatSize(bytes), value: Number(bytes) };
}

/** A moment in ms since 1970, to the minute; a pipe gets RFC 3339. */
export function timeCell(ms: number | undefined): Cell {
  return ms === undefined
    ? NOTHING
    : { shown: formatTime(ms).slice(0, 16), value: new Date(ms).toISOString() };
}

/** How long ago a moment in ms since 1970 was; a pipe gets the moment in RFC 3339. */
export function ageCell(ms: number): Cell {
  return { shown: formatAge(ms), value: new Date(ms).toISOString() };
}

/** How long it is until a moment in ms since 1970; a pipe gets the moment in RFC 3339. */
export function untilCell(ms: number | undefined): Cell {
  return ms === undefined ? NOTHING : { shown: formatUntil(ms), value: new Date(ms).toISOString() };
}

/** A time as Drive sent it, to the minute; a pipe gets it as it is. */
export function driveTimeCell(time: string | undefined): Cell {
  return time === undefined ? NOTHING : { shown: formatDriveTime(time).slice(0, 16), value: time };
}

/** A time span in ms; a pipe gets seconds. */
export function spanCell(ms: number | undefined): Cell {
  return ms === undefined ? NOTHING : { shown: formatSpan(ms), value: ms / 1000 };
}
