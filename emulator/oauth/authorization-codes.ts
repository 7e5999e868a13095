import { randomBytes } from 'node:crypto';
import type { Challenge } from './authorization-request';

const LIFETIME_MS = 10 * 60_000;

/** What a user allowed on the consent page. */
export interface Consent {
  clientId: string;
  redirectUri: string;
  account: number;
  scopes: readonly string[];
  /** Undefined for a client without PKCE. */
  challenge: Challenge | undefined;
  /** The client requested `access_type=offline`. */
  offline: boolean;
  /** The client requested `prompt=consent`. */
  prompted: boolean;
}

/** The authorization codes. */
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

  /** The consent of a code; `spent` if the code was used or has expired, undefined if it was never issued. */
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
