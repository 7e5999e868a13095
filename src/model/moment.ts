const SPAN_UNITS: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 };

/** Parses a time span, in ms; undefined if it is not valid: `30s`, `5m`, `2h`, `30d`. */
export function toSpan(text: string): number | undefined {
  const [, count = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const ms = Number(count) * (SPAN_UNITS[unit] ?? 0);
  return ms > 0 ? ms : undefined;
}

/** Examples of what `toMoment` understands, for a person. */
export const MOMENT_EXAMPLES =
  'today, yesterday, 2026, 2026-09, 2026-09-01, 2026-09-01T08:00 or 7d for a week ago';

const DATE = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/;
const DAY_AND_TIME = /^(\d{4}-\d{1,2}-\d{1,2})[T ](\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:\d{2})?$/i;
/** How many days ago these days began. */
const DAY_NAMES: Readonly<Record<string, number>> = { today: 0, yesterday: 1 };

/** The time that a person means: a day, a month, a year, or a moment, which has no length. Ms since 1970. */
export interface Period {
  from: number;
  /** The first moment after it. */
  to: number;
}

/**
 * Parses a time that a person typed; undefined if it is not valid. A span means the moment that long before
 * `nowMs`. Times are local unless they name a zone: `2026-09-01T08:00Z`, `2026-09-01 08:00:30+02:00`.
 */
export function toPeriod(text: string, nowMs: number): Period | undefined {
  const span = toSpan(text);
  if (span !== undefined) return { from: nowMs - span, to: nowMs - span };
  const daysAgo = DAY_NAMES[text.toLowerCase()];
  return daysAgo === undefined ? toCalendarPeriod(text) : dayBefore(nowMs, daysAgo);
}

/** The first moment of what `toPeriod` parses. */
export function toMoment(text: string, nowMs: number): number | undefined {
  return toPeriod(text, nowMs)?.from;
}

function dayBefore(nowMs: number, days: number): Period {
  const day = new Date(nowMs);
  day.setHours(0, 0, 0, 0);
  day.setDate(day.getDate() - days);
  const from = day.getTime();
  return { from, to: day.setDate(day.getDate() + 1) };
}

function toCalendarPeriod(text: string): Period | undefined {
  const [, date = text, time, seconds = ':00', zone = ''] = DAY_AND_TIME.exec(text) ?? [];
  const day = dayOf(date);
  if (day === undefined) return undefined;
  const from = Date.parse(`${day.iso}T${time ?? '00:00'}${seconds}${zone.toUpperCase()}`);
  if (Number.isNaN(from)) return undefined;
  return { from, to: time === undefined ? nextOf(from, day.unit) : from };
}

type Unit = 'year' | 'month' | 'day';

/** The first day that a date means, and how long it is; undefined if the calendar does not have it. */
function dayOf(date: string): { iso: string; unit: Unit } | undefined {
  const parts = DATE.exec(date)
    ?.slice(1)
    .filter((part) => part !== undefined);
  const [year = '', month = '1', day = '1'] = parts ?? [];
  if (!isDay(Number(year), Number(month), Number(day))) return undefined;
  const units = ['year', 'month', 'day'] as const;
  const iso = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return { iso, unit: units[(parts?.length ?? 1) - 1] ?? 'day' };
}

/** The beginning of the next day, month or year, in local time. */
function nextOf(from: number, unit: Unit): number {
  const at = new Date(from);
  if (unit === 'year') return at.setFullYear(at.getFullYear() + 1);
  return unit === 'month' ? at.setMonth(at.getMonth() + 1) : at.setDate(at.getDate() + 1);
}

/** True for a day of the calendar; `Date` alone would turn February 30 into a day in March. */
function isDay(year: number, month: number, day: number): boolean {
  const at = new Date(0);
  at.setUTCFullYear(year, month - 1, day);
  return year > 0 && at.getUTCMonth() === month - 1 && at.getUTCDate() === day;
}
