import { Help } from 'commander';

const LEAST_WIDTH = 40;

/** Makes a string safe for a terminal: replaces control characters and bidirectional controls. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, '\uFFFD');
}

/** Breaks a text between words; every line but the first is indented. `width`: undefined in a pipe. */
export function wrapped(text: string, width: number | undefined, indent: number): string[] {
  if (width === undefined) return [text];
  const [first = '', ...more] = new Help().boxWrap(text, Math.max(width - indent, LEAST_WIDTH)).split('\n');
  return [first, ...more.map((line) => ' '.repeat(indent) + line)];
}

/** A count with thousands separators. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** A count with its noun: `1 file`, `2 files`. */
export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Counts by kind: `120 edited, 3 removed`. */
export function kindsText(kinds: readonly (readonly [kind: string, count: number])[]): string {
  return kinds.map(([kind, count]) => `${formatCount(count)} ${kind}`).join(', ');
}

/** Cuts a text to a number of characters. */
export function shortened(text: string, length: number): string {
  const characters = Array.from(text);
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}

/** How long ago a moment was, for people. */
export function formatAge(ms: number, now = Date.now()): string {
  return `${inOneUnit(Math.max(0, now - ms))} ago`;
}

/** How long it is until a moment, such as `in 6 s`; ms since 1970. */
export function formatUntil(ms: number, now = Date.now()): string {
  return ms <= now ? 'now' : `in ${inOneUnit(ms - now)}`;
}

function inOneUnit(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${String(seconds)} s`;
  if (seconds < 3_600) return `${String(Math.round(seconds / 60))} min`;
  if (seconds < 172_800) return `${String(Math.round(seconds / 3_600))} h`;
  return `${String(Math.round(seconds / 86_400))} days`;
}

/** A time span for people, such as `2.1 s` or `5 min 3 s`. */
export function formatSpan(ms: number): string {
  const tenths = Math.round(ms / 100);
  if (tenths < 600) return `${(tenths / 10).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${String(minutes)} min ${String(seconds % 60)} s`;
  return `${String(Math.floor(minutes / 60))} h ${String(minutes % 60)} min`;
}

/** A moment in local time, to the second; ms since 1970. */
export function formatTime(ms: number | undefined): string {
  if (ms === undefined) return '';
  const at = new Date(ms);
  const local = new Date(ms - at.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19).replace('T', ' ');
}

/** The same with the zone, such as `2026-11-30 14:02:11 +01:00`. */
export function formatZoned(ms: number): string {
  return `${formatTime(ms)} ${zoneAt(ms)}`;
}

/** The local time zone at a moment, such as `+01:00`. */
export function zoneAt(ms: number): string {
  const minutes = -new Date(ms).getTimezoneOffset();
  const ahead = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${twoDigits(ahead / 60)}:${twoDigits(ahead % 60)}`;
}

function twoDigits(count: number): string {
  return String(Math.floor(count)).padStart(2, '0');
}

const SIZE_UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB', 'EB'] as const;

/** A number of bytes for people, in powers of 1024 like Drive's web page. */
export function formatSize(bytes: number | bigint | undefined): string {
  if (bytes === undefined) return '';
  let size = Number(bytes);
  let unit = 0;
  while (size >= 1024 && unit < SIZE_UNITS.length - 1) {
    size /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || size >= 100 ? 0 : 1;
  return `${size.toFixed(digits)} ${SIZE_UNITS[unit] ?? ''}`;
}

/** Converts a time that Drive sent to local time, to the second. An invalid time stays as it is. */
export function formatDriveTime(time: string | undefined): string {
  if (time === undefined) return '';
  const at = Date.parse(time);
  return Number.isNaN(at) ? time : formatTime(at);
}
