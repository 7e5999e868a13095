/** A local binding, for the reason in `hash.ts`. */
const { floor } = Math;

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const MOST_DAYS = 10_000;

const MINUTES: readonly string[] = Array.from(
  { length: 1440 },
  (_, m) => `${two(floor(m / 60))}:${two(m % 60)}:`,
);
const MILLISECONDS: readonly string[] = Array.from({ length: MINUTE_MS }, (_, ms) => {
  return `${two(floor(ms / 1000))}.${String(ms % 1000).padStart(3, '0')}Z`;
});
const days = new Map<number, string>();

/** Formats a time as `toISOString` does, in a fifth of the time: each file has several timestamps. */
export function instant(ms: number): string {
  const day = floor(ms / DAY_MS);
  const rest = ms - day * DAY_MS;
  const minute = floor(rest / MINUTE_MS);
  return dayText(day) + (MINUTES[minute] ?? '') + (MILLISECONDS[rest - minute * MINUTE_MS] ?? '');
}

function dayText(day: number): string {
  let text = days.get(day);
  if (text === undefined) {
    if (days.size >= MOST_DAYS) days.clear();
    text = new Date(day * DAY_MS).toISOString().slice(0, -'00:00:00.000Z'.length);
    days.set(day, text);
  }
  return text;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
