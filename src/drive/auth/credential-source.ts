import { createHash } from 'node:crypto';

/** Where credentials come from: a ready access token, or a file. */
export type CredentialSource = { kind: 'token'; token: string } | { kind: 'file'; path: string };

/** Identifies a source of credentials without revealing them. */
export function credentialFingerprint(source: CredentialSource): string {
  const secret = source.kind === 'token' ? source.token : source.path;
  return createHash('sha256').update(`${source.kind}:${secret}`).digest('hex').slice(0, 16);
}
