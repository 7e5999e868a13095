/**
 * Why a server's certificate is not trusted, by the codes of OpenSSL and Node.
 * https://nodejs.org/api/tls.html#x509-certificate-error-codes
 */
const FAULTS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    UNABLE_TO_GET_ISSUER_CERT: 'its issuer is unknown',
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its issuer is unknown',
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its issuer is unknown',
    DEPTH_ZERO_SELF_SIGNED_CERT: 'it is self-signed',
    SELF_SIGNED_CERT_IN_CHAIN: 'it is signed by an unknown authority',
    CERT_UNTRUSTED: 'it is signed by an unknown authority',
    INVALID_CA: 'it is not signed by an authority',
    CERT_SIGNATURE_FAILURE: 'its signature is wrong',
    CERT_CHAIN_TOO_LONG: 'its chain is too long',
    CERT_NOT_YET_VALID: "it is not valid yet, by this machine's clock",
    CERT_HAS_EXPIRED: "it has expired, by this machine's clock",
    CERT_REVOKED: 'it was revoked',
    CERT_REJECTED: 'it is rejected here',
    ERR_SSL_CERTIFICATE_VERIFY_FAILED: 'it is rejected here',
    // Node's code for all other reasons, such as a key that is too short.
    UNSPECIFIED: 'it is too weak, or rejected for another reason',
    ERR_SSL_EE_KEY_TOO_SMALL: 'it is too weak',
    ERR_SSL_CA_KEY_TOO_SMALL: 'it is too weak',
    ERR_SSL_CA_MD_TOO_WEAK: 'it is too weak',
    PATH_LENGTH_EXCEEDED: 'its chain is too long',
    UNABLE_TO_DECRYPT_CERT_SIGNATURE: 'its signature is wrong',
    UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY: 'its signature is wrong',
    ERROR_IN_CERT_NOT_BEFORE_FIELD: 'its dates are wrong',
    ERROR_IN_CERT_NOT_AFTER_FIELD: 'its dates are wrong',
    INVALID_PURPOSE: 'it is not one for servers',
    HOSTNAME_MISMATCH: 'it is for another host',
    ERR_TLS_CERT_ALTNAME_INVALID: 'it is for another host',
  }),
);

/** Why a certificate is not trusted; undefined for the code of another error. */
export function certificateFault(code: string | undefined): string | undefined {
  return FAULTS.get(code ?? '');
}

/** The host that a request of the Google client was for; a proxy may answer for it. */
export function hostOf(error: unknown): string {
  const config = typeof error === 'object' && error !== null && 'config' in error ? error.config : undefined;
  const url = typeof config === 'object' && config !== null && 'url' in config ? String(config.url) : '';
  return URL.canParse(url) ? new URL(url).host : 'Google';
}
