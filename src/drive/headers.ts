import { isObject } from './wire/json';

/**
 * A header of a response, for any class of headers: the Google client brings its own. `name`: in lower case.
 */
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
