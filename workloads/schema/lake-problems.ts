/** What an object store or a catalogue said against a request, as far as a person can put it right. */

/** S3 and most catalogues refuse what was signed longer ago, or later, than that. */
const MOST_SKEW_MS = 15 * 60_000;

export interface Place {
  /** As people write it. */
  what: "object store" | "catalogue";
  url: string;
  /** The field of the spec with the login. */
  secret: string;
  /** The field that names it; undefined: it is one of ours. */
  field: string | undefined;
}

/** Codes of Node for a certificate that cannot be verified. */
const TLS = /^(CERT_|ERR_TLS_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_)|^EPROTO$/;
/** Codes of S3 for keys that are not right. */
const KEYS =
  /^(InvalidAccessKeyId|SignatureDoesNotMatch|InvalidClientTokenId|UnrecognizedClientException|InvalidToken)$/;

interface Refusal {
  name?: string;
  message?: string;
  code?: string;
  cause?: unknown;
  $metadata?: {httpStatusCode?: number | undefined};
}

/** The innermost error that has a code: that of the connection. */
function codeOf(error: Refusal | undefined): string | undefined {
  for (let at = error; at; at = at.cause as Refusal | undefined) if (at.code) return at.code;
  return undefined;
}

/** What is wrong and what to do; undefined for what may pass by itself. */
export function problemOf(error: unknown, place: Place): string | undefined {
  const refusal = error as Refusal;
  const {what, url, secret, field} = place;
  const code = codeOf(refusal);
  const words = refusal.message || refusal.name || "";
  if (code && TLS.test(code))
    return `the certificate of the ${what} at ${url} cannot be verified (${code}): put its authority into the key ca.crt of the Secret in spec.lake.external.caSecret`;
  if (refusal.name === "RequestTimeTooSkewed")
    return `the ${what} at ${url} refuses the time of this node's clock (${words}): set the clocks by NTP`;
  if (KEYS.test(refusal.name ?? ""))
    return `the ${what} at ${url} does not know the keys in ${secret} (${refusal.name}): correct the Secret`;
  const status = refusal.$metadata?.httpStatusCode;
  if (status === 403 || refusal.name === "AccessDenied")
    return `the ${what} at ${url} refuses the keys in ${secret} (${words}): correct the Secret, or allow them to read, write, list and delete`;
  if (status === 301 || refusal.name === "PermanentRedirect" || refusal.name === "AuthorizationHeaderMalformed")
    return `the ${what} at ${url} has the bucket in another region (${words}): set ${field ?? "the region"}.region`;
  return undefined;
}

/** The same for clocks, by the time in an answer's header `date`. */
export function skewOf(
  date: string | null | undefined,
  now: number,
  place: Pick<Place, "what" | "url">,
): string | undefined {
  const theirs = Date.parse(date ?? "");
  if (!Number.isFinite(theirs) || Math.abs(now - theirs) <= MOST_SKEW_MS) return undefined;
  const minutes = Math.round(Math.abs(now - theirs) / 60_000);
  const side = now > theirs ? "ahead of" : "behind";
  return `the clock of this node is ${minutes} minutes ${side} that of the ${place.what} at ${place.url}, which refuses more than 15: set the clocks by NTP`;
}
