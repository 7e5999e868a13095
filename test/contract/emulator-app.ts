import { createHash } from 'node:crypto';
import { startEmulator, type Emulator, type EmulatorOptions } from '../../emulator';
import { ask } from './emulator-request';

export type Form = Record<string, string>;

/** A JSON answer of the OAuth server. */
export interface Answered {
  status: number;
  body: Form;
}

/** What the user does on the consent page. */
interface Choice {
  decision?: string;
  account?: string;
  granted?: readonly string[];
}

export const SCOPE = 'https://www.googleapis.com/auth/';
export const READONLY = `${SCOPE}drive.readonly`;
export const METADATA = `${SCOPE}drive.metadata.readonly`;
export const EMAIL = `${SCOPE}userinfo.email`;
export const [FIRST, SECOND] = ['robin@example.com', 'other0@example.com'] as const;
export const REDIRECT = 'http://127.0.0.1:49152/done?from=test';
export const VERIFIER = 'v'.repeat(43);
export const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');
const CLIENT = { client_id: 'app', client_secret: 'secret' };
export const OTHER_CLIENT = { client_id: 'second-app', client_secret: 'second-secret' };

/** What an app asks of the user. */
export const QUESTION = {
  client_id: CLIENT.client_id,
  redirect_uri: REDIRECT,
  response_type: 'code',
  scope: READONLY,
  state: 'a state & more',
  code_challenge: CHALLENGE,
  code_challenge_method: 'S256',
  access_type: 'offline',
};

type ServiceAccounts = NonNullable<NonNullable<EmulatorOptions['oauth']>['serviceAccounts']>;

/** Starts an emulator with two accounts and two apps. */
export async function startOAuthEmulator(
  now: () => number,
  serviceAccounts: ServiceAccounts = [],
): Promise<Emulator> {
  const clients = [
    { clientId: CLIENT.client_id, clientSecret: CLIENT.client_secret, name: 'Tom & "Jerry" <script>' },
    { clientId: OTHER_CLIENT.client_id, clientSecret: OTHER_CLIENT.client_secret },
  ];
  return startEmulator({
    corpus: { kind: 'seed', seed: 3, files: 20 },
    others: [{ accessToken: 'other-token', corpus: { kind: 'seed', seed: 4, files: 7 } }],
    now,
    oauth: { clients, serviceAccounts },
  });
}

export async function postForm(url: string, form: Form): Promise<Answered> {
  const response = await fetch(url, { method: 'POST', body: new URLSearchParams(form) });
  return { status: response.status, body: (await response.json()) as Form };
}

export function refusal(status: number, error: string, description: string): unknown {
  return { status, body: { error, error_description: description } };
}

/** An installed app and its user; what is changed in a request replaces what the app sends by itself. */
export class TestApp {
  readonly #emulator: Emulator;

  constructor(emulator: Emulator) {
    this.#emulator = emulator;
  }

  /** The consent page's address; a parameter that is changed to nothing is left out. */
  questionUrl(change: Form = {}): string {
    const params = Object.entries({ ...QUESTION, ...change }).filter(([, value]) => value !== '');
    return `${this.#emulator.authUrl}?${new URLSearchParams(params).toString()}`;
  }

  /** Sends the form of the consent page. */
  async decide(url: string, choice: Choice = {}): Promise<Response> {
    const { decision = 'allow', account = FIRST, granted = [READONLY] } = choice;
    const body = new URLSearchParams({ decision, account });
    for (const scope of granted) body.append('granted', scope);
    return fetch(url, { method: 'POST', redirect: 'manual', body });
  }

  /** What the app gets when the user is sent back to it. */
  async redirected(url: string, choice: Choice = {}): Promise<Form> {
    const response = await this.decide(url, choice);
    expect(response.status).toBe(302);
    const { origin, pathname, searchParams } = new URL(response.headers.get('location') ?? '');
    expect(origin + pathname).toBe('http://127.0.0.1:49152/done');
    return Object.fromEntries(searchParams);
  }

  /** A code that the user allowed. */
  async consent(change: Form = {}, choice: Choice = {}): Promise<string> {
    return (await this.redirected(this.questionUrl(change), choice))['code'] ?? '';
  }

  async redeem(code: string, change: Form = {}): Promise<Answered> {
    const form = {
      grant_type: 'authorization_code',
      code,
      redirect_uri: REDIRECT,
      code_verifier: VERIFIER,
    };
    return postForm(this.#emulator.tokenUrl, { ...CLIENT, ...form, ...change });
  }

  async refresh(token: string, change: Form = {}): Promise<Answered> {
    const form = { grant_type: 'refresh_token', refresh_token: token };
    return postForm(this.#emulator.tokenUrl, { ...CLIENT, ...form, ...change });
  }

  /** The tokens of a whole login; an empty one was not given. */
  async login(change: Form = {}, choice: Choice = {}): Promise<{ access: string; refresh: string }> {
    const { status, body } = await this.redeem(await this.consent(change, choice));
    expect(status).toBe(200);
    return { access: body['access_token'] ?? '', refresh: body['refresh_token'] ?? '' };
  }

  async revoke(token: string): Promise<Answered> {
    return postForm(`${this.#emulator.url}revoke`, { token });
  }

  /** How Drive answers with the access token. */
  async statusOf(token: string, path = 'drive/v3/files'): Promise<number> {
    return (await ask(this.#emulator, path, {}, { authorization: `Bearer ${token}` })).status;
  }

  /** Whose Drive the access token opens. */
  async userOf(token: string): Promise<string> {
    const authorization = `Bearer ${token}`;
    const { body } = await ask(this.#emulator, 'drive/v3/about', { fields: 'user' }, { authorization });
    return (body as { user: { emailAddress: string } }).user.emailAddress;
  }
}
