import { contentErrorOf, type ContentReason } from '../http/content-errors';
import type { Fault } from './fault';

/** A fault that responds with an error of downloads and exports, as Drive sends it. */
export function contentFault(reason: ContentReason): Fault {
  const { code, detail } = contentErrorOf(reason);
  const { message, domain, location, locationType } = detail;
  return {
    kind: 'drive-error',
    status: code,
    reason,
    message,
    ...(domain !== undefined && { domain }),
    ...(location !== undefined && { location }),
    ...(locationType !== undefined && { locationType }),
  };
}

/** A fault that responds with the page of Google's front end against automated queries: 403, and not JSON. */
export function automatedQueries(): Fault {
  const text =
    'We&#39;re sorry... but your computer or network may be sending automated queries. ' +
    'To protect our users, we can&#39;t process your request right now.';
  const body = `<html><head><title>Sorry...</title></head><body><h1>We&#39;re sorry...</h1><p>${text}</p></body></html>`;
  return { kind: 'status', status: 403, html: true, body };
}

/** A fault of `operations.get`: the operation failed with a code of `google.rpc.Code`, such as 8 or 14. */
export function failedOperation(code: number, message = 'The operation failed.'): Fault {
  return { kind: 'patch', patch: ({ name }) => ({ name, done: true, error: { code, message } }) };
}
