import { randomBytes } from 'node:crypto';
import type { Challenge } from './authorization-request';

const LIFETIME_MS = 10 * 60_000;

/** What somebody allowed on the consent page, and to whom. */
export interface Consent {
  clientId: string;
  redirectUri: string;
  account: number;
  scopes: readonly string[];
  /** Undefined: the client does without PKCE. */
  challenge: Challenge | undefined;
  /** The client wants access while nobody is there. */
  offline: boolean;
  /** The client had the user asked again. */
  prompted: boolean;
}

/** The codes between consent and the first token. */
export class AuthorizationCodes {
  readonly #now: () => number;
  readonly #consents = new Map<string, { consent: Consent; until: number }>();
  readonly #spent = new Set<string>();

  constructor(now: () => number) {
    this.#now = now;
  }

  issue(consent: Consent): string {
    const code = `4/0A${randomBytes(32).toString('base64url')}`;
    this.#consents.set(code, { consent, until: this.#now() + LIFETIME_MS });
    return code;
  }

  /** What a code stands for; `spent` if it was used before or is too old, undefined if it never was one. */
  find(code: string): Consent | 'spent' | undefined {
    const found = this.#consents.get(code);
    if (found !== undefined && this.#now() < found.until) return found.consent;
    return found !== undefined || this.#spent.has(code) ? 'spent' : undefined;
  }

  spend(code: string): void {
    this.#consents.delete(code);
    this.#spent.add(code);
  }

  spendAll(): void {
    for (const code of this.#consents.keys()) this.spend(code);
  }
}
