import {CatalogueError} from "../lake/iceberg/catalogue.ts";

/** What an object store or a catalogue said against a request, as far as a person can put it right. */

/** S3 and most catalogues refuse what was signed longer ago, or later, than that. */
const MOST_SKEW_MS = 15 * 60_000;

export interface Place {
  /** As people write it. */
  what: "object store" | "catalogue";
  url: string;
  /** Where its login is. */
  secret: string;
  /** The part of the spec that names it; undefined: it is one of ours. */
  field: string | undefined;
}

/** Codes of Node for a certificate that cannot be verified. */
const TLS = /^(CERT_|ERR_TLS_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_)/;
/** A server that speaks no TLS, asked for it. */
const NO_TLS = /^(EPROTO|ERR_SSL_)/;
/** Codes of S3 for keys that are not right. */
const KEYS =
  /^(InvalidAccessKeyId|SignatureDoesNotMatch|InvalidClientTokenId|UnrecognizedClientException|InvalidToken)$/;

interface Refusal {
  name?: string;
  message?: string;
  code?: string;
  cause?: unknown;
  /** Of a connection to several addresses. */
  errors?: unknown[];
  $metadata?: {httpStatusCode?: number | undefined};
}

/** The code of the connection, which may be an error's cause. */
function codeOf(error: Refusal | undefined): string | undefined {
  for (let at = error; at; at = (at.cause ?? at.errors?.[0]) as Refusal | undefined) if (at.code) return at.code;
  return undefined;
}

/** What is wrong and what to do; undefined for what may pass by itself. */
export function problemOf(error: unknown, place: Place): string | undefined {
  return connectionProblem(codeOf(error as Refusal), place) ?? answerProblem(error, place);
}

function connectionProblem(code: string | undefined, {what, url}: Place): string | undefined {
  if (code && TLS.test(code))
    return `the certificate of the ${what} at ${url} cannot be verified (${code}): put its authority into the key ca.crt of the Secret in spec.lake.external.caSecret`;
  if (code && NO_TLS.test(code)) return `the ${what} at ${url} speaks no TLS (${code}): begin the URL with http://`;
  return undefined;
}

const answerProblem = (error: unknown, place: Place): string | undefined =>
  error instanceof CatalogueError ? catalogueProblem(error, place) : storeProblem(error as Refusal, place);

function catalogueProblem({status, message}: CatalogueError, {what, url, secret, field}: Place): string | undefined {
  if (status === 401)
    return `the ${what} at ${url} does not know the login in ${secret} (${message}): correct the Secret, or oauth2Uri and scope in ${field ?? "the spec"}`;
  if (status === 403)
    return `the ${what} at ${url} refuses the login in ${secret} (${message}): allow it to make namespaces and tables, to read and to write them`;
  if (status === 404)
    return `the ${what} at ${url} has no such warehouse (${message}): create it, or correct uri and warehouse in ${field ?? "the spec"}`;
  return status < 500 && status !== 429 ? `the ${what} at ${url} refuses the set-up: ${message}` : undefined;
}

function storeProblem({name = "", message, $metadata}: Refusal, {what, url, secret, field}: Place): string | undefined {
  const words = message || name;
  if (name === "RequestTimeTooSkewed")
    return `the ${what} at ${url} refuses the time of this node's clock (${words}): set the clocks by NTP`;
  if (KEYS.test(name)) return `the ${what} at ${url} does not know the keys in ${secret} (${name}): correct the Secret`;
  const status = $metadata?.httpStatusCode;
  if (status === 301 || name === "PermanentRedirect" || name === "AuthorizationHeaderMalformed")
    return `the ${what} at ${url} has the bucket in another region (${words}): correct region in ${field ?? "the spec"}`;
  if (status === 403 || name === "AccessDenied")
    return `the ${what} at ${url} refuses the keys in ${secret} (${words}): correct the Secret, or allow them to list, read, write and delete`;
  return undefined;
}

/** Of a server that nobody answers for: what is wrong if it stays so. */
export function awayOf(error: unknown, {what, url, field}: Place): string | undefined {
  const code = codeOf(error as Refusal);
  if (!code || !/^(E[A-Z]+|EAI_\w+|UND_ERR_\w+)$/.test(code)) return undefined;
  return `the ${what} at ${url} does not answer (${code}): check it, ${field ? `its address in ${field}, ` : ""}and that the pipeline's pods may reach it`;
}

/** The difference of clocks, by the time in an answer's header `date`. */
export function skewOf(
  date: string | null | undefined,
  now: number,
  {what, url}: Pick<Place, "what" | "url">,
): string | undefined {
  const theirs = Date.parse(date ?? "");
  if (!Number.isFinite(theirs) || Math.abs(now - theirs) <= MOST_SKEW_MS) return undefined;
  const minutes = Math.round(Math.abs(now - theirs) / 60_000);
  const side = now > theirs ? "ahead of" : "behind";
  return `the clock of this node is ${minutes} minutes ${side} that of the ${what} at ${url}, which refuses more than 15: set the clocks by NTP`;
}
