/** Errors shaped as gaxios 7 throws them. */
import { gzipSync } from 'node:zlib';

/** An answer with an error status. `data` is what the client made of the body. */
export function httpError(status: number, data: unknown, headers: Record<string, string> = {}): Error {
  return Object.assign(new Error(messageOf(data)), {
    code: status,
    status,
    config: { url: new URL('https://www.googleapis.com/drive/v3/files?q=secret&pageToken=SECRET-TOKEN') },
    response: { status, data, headers: new Headers(headers) },
  });
}

/** gaxios takes the body's message, and the whole body where it is text. */
function messageOf(data: unknown): string {
  return typeof data === 'string' ? data : JSON.stringify(data);
}

interface Detail {
  message?: string;
  domain?: string;
  location?: string;
  detailReason?: string;
}

/** An error body in Drive's own envelope. */
export function driveBody(status: number, reason: string, detail: Detail = {}): object {
  const { message = `${reason} of file 1SecretFileId`, domain = 'global', location, detailReason } = detail;
  return {
    error: {
      code: status,
      message,
      errors: [
        { domain, reason, message, ...(location !== undefined && { location, locationType: 'parameter' }) },
      ],
      ...(detailReason !== undefined && {
        status: 'PERMISSION_DENIED',
        details: [
          {
            '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
            reason: detailReason,
            domain: 'googleapis.com',
          },
        ],
      }),
    },
  };
}

/** Drive's error as it arrives where the client reads JSON. */
export function driveError(status: number, reason: string, detail: Detail = {}): Error {
  return httpError(status, driveBody(status, reason, detail));
}

/** The token endpoint's answer, whose `error` is a string. */
export function oauthError(status: number, error: string, more: object = {}): Error {
  return httpError(status, {
    error,
    error_description: 'Token ya29.secret has been expired or revoked.',
    ...more,
  });
}

/** No answer at all. */
export function networkError(code: string): Error {
  const message = `request to https://www.googleapis.com/drive/v3/files?pageToken=SECRET-TOKEN failed, reason: ${code}`;
  return Object.assign(new Error(message), {
    code,
    config: {},
    cause: Object.assign(new Error(message), { type: 'system', code }),
  });
}

/** A file of the login that cannot be read; no request was made. */
export function fileError(code: string): Error {
  return Object.assign(new Error(`${code}: '/home/secret/token'`), { code });
}

/** What gaxios makes of its own time-out and of an abort alike. */
export function abortedError(): Error {
  return Object.assign(new Error('The operation was aborted.'), {
    config: {},
    cause: Object.assign(new Error('The operation was aborted.'), { type: 'aborted' }),
  });
}

/** The bytes of a JSON body, as a request for raw bytes gets them. */
export function asArrayBuffer(body: unknown, gzip: boolean): ArrayBuffer {
  const plain = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const bytes = gzip ? gzipSync(plain) : plain;
  const buffer = new ArrayBuffer(bytes.length);
  new Uint8Array(buffer).set(bytes);
  return buffer;
}
