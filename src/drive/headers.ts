import { isObject } from './wire/json';

/** A header of a response, whatever class of headers it has: the Google client brings its own. `name`: in lower case. */
export function header(headers: unknown, name: string): string | undefined {
  if (!isObject(headers)) return undefined;
  const get: unknown = headers['get'];
  const value: unknown = typeof get === 'function' ? get.call(headers, name) : headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Drive's clock when it sent the response, in ms since 1970; undefined if the response has no date. */
export function clockOf(headers: unknown): number | undefined {
  const at = Date.parse(header(headers, 'date') ?? '');
  return Number.isNaN(at) ? undefined : at;
}

/** A Retry-After header in ms from `now`: seconds or an HTTP date; undefined if it is neither. */
export function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\s*\d+(\.\d+)?\s*$/.test(value)) return Number(value) * 1000;
  const at = /[a-z]/i.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
