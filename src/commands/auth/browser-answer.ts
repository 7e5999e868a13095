import { createInterface, type Interface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { Grant, PendingLogin } from '../../drive/auth/login';
import type { LoginAnswer } from '../../drive/auth/login-answer';
import type { Visit } from '../../drive/auth/redirect-listener';
import { commandFor } from '../../command-line';
import { EXIT, UserError } from '../../errors';
import type { Context } from '../shared/context';
import { endOfInput } from './ask-scope';
import { typedSpan } from '../render/span';
import { waitOut } from '../sync/wait-out';

const ASK_AGAIN = {
  none: 'This is not the address that Google sent the browser to. Paste the whole address of the page that does not load, or only its code.',
  otherLogin:
    'This answer belongs to another login. Open the newest address above and paste the address that it leads to.',
  refused:
    'Google does not accept this code: it is incomplete, expired or already used. Paste it again, or open the address above again.',
} as const;

/** The login that waits for its answer. */
interface Expected {
  pending: PendingLogin;
  visit: Promise<Visit<LoginAnswer>>;
  timeoutMs: number;
  hasOpened: boolean;
}

/**
 * Waits until the browser delivers the answer to a login or a person pastes it, whichever comes first, and
 * exchanges it for a grant. After a paste that is not a valid answer, it asks again. `hasOpened`: a browser
 * was opened, so it may answer even if nobody can paste.
 * @throws UserError if nobody answers in time, if the input ends, if access was denied, or if the login does
 * not work.
 */
export async function awaitAnswer(
  context: Context,
  { pending, visit, timeoutMs, hasOpened }: Expected,
): Promise<Grant> {
  const { isRefusedCode } = await import('../../drive/auth/login.js');
  const over = new AbortController();
  const lines = createInterface({ input: context.streams.stdin });
  const late = timeout(context, timeoutMs, AbortSignal.any([context.signal, over.signal]));
  const pastes = readPastes(context, pending, lines);
  const browserMayAnswer = hasOpened && context.streams.stdin.isTTY !== true;
  try {
    for (;;) {
      const { answer, show } = await Promise.race([visit, nextPaste(pastes, browserMayAnswer), late]);
      try {
        const grant = await waitOut(context, () => pending.finish(answer));
        await show('done');
        return grant;
      } catch (error) {
        const isMistyped = 'code' in answer && answer.isBare && isRefusedCode(error);
        if (!isMistyped) {
          await show('failed');
          throw error;
        }
        context.ask(ASK_AGAIN.refused);
      }
    }
  } finally {
    over.abort();
    lines.close();
  }
}

/** Yields the valid answers among the pasted lines, and asks again after any other line. */
async function* readPastes(
  { ask }: Context,
  pending: PendingLogin,
  lines: Interface,
): AsyncGenerator<LoginAnswer> {
  for await (const line of lines) {
    if (line.trim() === '') continue;
    const answer = pending.readPaste(line);
    if (answer === undefined) ask(ASK_AGAIN.none);
    else if (answer === 'other-login') ask(ASK_AGAIN.otherLogin);
    else yield answer;
  }
}

/** Once the input has ended, only the browser can deliver the answer: `mayCome` says that it may. */
async function nextPaste(pastes: AsyncGenerator<LoginAnswer>, mayCome: boolean): Promise<Visit<LoginAnswer>> {
  const next = await pastes.next();
  if (next.done === true && mayCome) return await new Promise<never>(() => undefined);
  if (next.done === true) throw endOfInput();
  return { answer: next.value, show: () => Promise.resolve() };
}

async function timeout({ config }: Context, ms: number, signal: AbortSignal): Promise<never> {
  try {
    await delay(ms, undefined, { signal });
  } catch {
    throw new UserError('the login was interrupted', { exitCode: EXIT.interrupted });
  }
  throw new UserError(`the login was not completed in the browser within ${typedSpan(ms)}`, {
    hint: `run ${commandFor(config.account, 'auth login')} again; if Google showed an error page, check the OAuth client at https://console.cloud.google.com/apis/credentials`,
  });
}
