import { EXIT, UserError } from '../../errors';
import { MOMENT_EXAMPLES, toPeriod, toSpan, type Period } from '../../model/moment';

/** Parses the value of an option. @throws UserError that names the option. */
export type ArgumentParser<T> = (text: string) => T;

function wrong(
  flag: string,
  { wants, text, hint }: { wants: string; text: string; hint: string },
): UserError {
  return new UserError(`${flag} takes ${wants}, not ${JSON.stringify(text)}`, { hint, exitCode: EXIT.usage });
}

/** Reads a count, from 1 to 999,999,999. */
export function count(flag: string): ArgumentParser<number> {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : 0;
    if (value > 0) return value;
    throw wrong(flag, { wants: 'a count', text, hint: 'a count is a whole number, 1 or greater' });
  };
}

const BYTE_UNITS: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };
const LARGEST_SIZE = 100 * 1024 ** 3;

/** Reads a size such as 50M, in powers of 1024; returns bytes. */
export function byteCount(flag: string): ArgumentParser<number> {
  return (text) => {
    const [, digits = '', unit = ''] = /^(\d{1,12})([KMG]?)B?$/i.exec(text) ?? [];
    const bytes = Number(digits) * (BYTE_UNITS[unit.toUpperCase()] ?? 0);
    if (bytes > 0 && bytes <= LARGEST_SIZE) return bytes;
    throw wrong(flag, { wants: 'a size', text, hint: 'a count above 0 and a unit: 500K, 50M or 1G' });
  };
}

const HIGHEST_PORT = 65_535;

/** Reads the number of a TCP port. */
export function port(flag: string): ArgumentParser<number> {
  return (text) => {
    const value = /^\d{1,5}$/.test(text) ? Number(text) : 0;
    if (value > 0 && value <= HIGHEST_PORT) return value;
    const wants = `a number from 1 to ${String(HIGHEST_PORT)}`;
    throw wrong(flag, { wants, text, hint: 'without this option, a free port is chosen' });
  };
}

/** Reads a time span such as 5m; returns ms. */
export function span(flag: string): ArgumentParser<number> {
  return (text) => {
    const ms = toSpan(text);
    if (ms !== undefined) return ms;
    const hint = 'a count above 0 and a unit: 30s, 5m, 2h or 30d';
    throw wrong(flag, { wants: 'a time span', text, hint });
  };
}

/** The same, at least `leastMs`, or `never`. */
export function spanOrNever(flag: string, leastMs: number): ArgumentParser<number | 'never'> {
  const parse = spanFrom(flag, leastMs);
  return (text) => (text === 'never' ? text : parse(text));
}

/** Reads a time span of at least `leastMs`. */
export function spanFrom(flag: string, leastMs: number): ArgumentParser<number> {
  const parse = span(flag);
  return (text) => {
    const ms = parse(text);
    if (ms >= leastMs) return ms;
    const wants = `${String(leastMs / 1_000)}s or more`;
    throw wrong(flag, { wants, text, hint: 'Drive takes a few seconds to report changes' });
  };
}

/** The shortest interval between syncs, in ms. */
export const LEAST_EVERY_MS = 5_000;

/** Reads a time span before now, a local date and time, or a day in words; returns ms since 1970. */
export function moment(flag: string): ArgumentParser<number> {
  return (text) => period(flag, text).from;
}

/** The same, but a day, month or year counts to its end. Returns the first moment that no longer counts. */
export function endMoment(flag: string): ArgumentParser<number> {
  return (text) => period(flag, text).to;
}

function period(flag: string, text: string): Period {
  const found = toPeriod(text, Date.now());
  if (found !== undefined) return found;
  throw wrong(flag, { wants: 'a time span or a time', text, hint: `for example ${MOMENT_EXAMPLES}` });
}

/** Reads one of several words. */
export function choice<T extends string>(flag: string, choices: readonly T[]): ArgumentParser<T> {
  return (text) => {
    const found = choices.find((each) => each === text);
    if (found !== undefined) return found;
    throw wrong(flag, { wants: choices.join(', '), text, hint: `for example ${flag} ${choices[0] ?? ''}` });
  };
}

/** Reads one or more of several words, separated by commas. */
export function wordList<T extends string>(flag: string, all: readonly T[]): ArgumentParser<T[]> {
  const parse = choice(flag, all);
  return (text) => text.split(',').map((word) => parse(word.trim()));
}
