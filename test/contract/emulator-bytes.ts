import { createHash } from 'node:crypto';
import type { Emulator } from '../../emulator';
import type { Answered, Query } from './emulator-request';

export const TOKEN = { authorization: 'Bearer emulator-token' };

/** An answer whose body is bytes. */
export interface Got extends Answered {
  bytes: Buffer;
}

/** Asks for bytes; the headers are added to the authorization. */
export async function fetchBytes(
  emulator: Emulator,
  path: string,
  query: Query = { alt: 'media' },
  headers: Record<string, string> = {},
): Promise<Got> {
  const response = await fetch(`${emulator.url}${path}?${new URLSearchParams(query).toString()}`, {
    headers: { ...TOKEN, ...headers },
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  const text = bytes.toString();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  const body: unknown = isJson ? JSON.parse(text) : undefined;
  return { status: response.status, headers: response.headers, text, body, bytes };
}

export function md5(bytes: Uint8Array): string {
  return digestOf('md5', bytes);
}

export function digestOf(algorithm: string, bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest('hex');
}
