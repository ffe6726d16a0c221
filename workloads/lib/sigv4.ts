import {createHash, createHmac} from "node:crypto";

/** AWS' Signature Version 4, for servers that the SDK has no client of: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html */

interface Unsigned {
  method: string;
  url: URL;
  headers?: Record<string, string>;
  body?: string;
  region: string;
  /** The name that AWS signs by, for example s3tables or glue. */
  service: string;
  accessKeyId: string;
  secretAccessKey: string;
  now?: Date;
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();

/** As encodeURIComponent, and what RFC 3986 reserves beside. */
const encode = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/** Of every service but S3: each part of a path is encoded once more than it is in the URL. */
const canonicalPath = (pathname: string): string => pathname.split("/").map(encode).join("/");

const canonicalQuery = (query: URLSearchParams): string =>
  [...query]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join("&");

/** The headers of the request, with those that sign it. */
export function signed(request: Unsigned): Record<string, string> {
  const {
    method,
    url,
    headers = {},
    body = "",
    region,
    service,
    accessKeyId,
    secretAccessKey,
    now = new Date(),
  } = request;
  const time = now.toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const scope = [time.slice(0, 8), region, service, "aws4_request"];
  const payload = sha256(body);
  const sent: Record<string, string> = {...headers, "x-amz-date": time, "x-amz-content-sha256": payload};
  const canonical = Object.entries({...sent, host: url.host})
    .map(([name, value]): [string, string] => [name.toLowerCase(), value.trim().replaceAll(/\s+/g, " ")])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const names = canonical.map(([name]) => name).join(";");
  const lines = canonical.map(([name, value]) => `${name}:${value}\n`).join("");
  const asked = [method, canonicalPath(url.pathname), canonicalQuery(url.searchParams), lines, names, payload];
  const key = scope.reduce<string | Buffer>((key, part) => hmac(key, part), `AWS4${secretAccessKey}`);
  const toSign = ["AWS4-HMAC-SHA256", time, scope.join("/"), sha256(asked.join("\n"))].join("\n");
  const signature = hmac(key, toSign).toString("hex");
  const credential = `${accessKeyId}/${scope.join("/")}`;
  return {
    ...sent,
    authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`,
  };
}
