const SPAN_UNITS: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 };

/** Parses a time span, in ms; undefined if it is not valid: `30s`, `5m`, `2h`, `30d`. */
export function toSpan(text: string): number | undefined {
  const [, count = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const ms = Number(count) * (SPAN_UNITS[unit] ?? 0);
  return ms > 0 ? ms : undefined;
}

/** Examples of what `toMoment` understands, for a person. */
export const MOMENT_EXAMPLES = '2026, 2026-09, 2026-09-01, 2026-09-01T08:00 or 7d for a week ago';

const DATE = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/;
const DAY_AND_TIME = /^(\d{4}-\d{1,2}-\d{1,2})[T ](\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:\d{2})?$/i;

/**
 * Parses a moment that a person typed, in ms since 1970; undefined if it is not valid. A span means that long
 * before `nowMs`. A year, month or day means its first moment. Times are local unless they name a zone:
 * `2026-09-01T08:00Z`, `2026-09-01 08:00:30+02:00`.
 */
export function toMoment(text: string, nowMs: number): number | undefined {
  const span = toSpan(text);
  return span === undefined ? toCalendarMoment(text) : nowMs - span;
}

function toCalendarMoment(text: string): number | undefined {
  const [, date = text, time = '00:00', seconds = ':00', zone = ''] = DAY_AND_TIME.exec(text) ?? [];
  const [, year = '', month = '1', day = '1'] = DATE.exec(date) ?? [];
  if (!isDay(Number(year), Number(month), Number(day))) return undefined;
  const iso = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}T${time}${seconds}${zone.toUpperCase()}`;
  const at = Date.parse(iso);
  return Number.isNaN(at) ? undefined : at;
}

/** True for a day of the calendar; `Date` alone would turn February 30 into a day in March. */
function isDay(year: number, month: number, day: number): boolean {
  const at = new Date(0);
  at.setUTCFullYear(year, month - 1, day);
  return year > 0 && at.getUTCMonth() === month - 1 && at.getUTCDate() === day;
}
