import {signed} from "../../lib/sigv4.ts";
import type {CatalogueAccess} from "../connection.ts";

interface Asked {
  method: string;
  url: URL;
  body: string;
}

/** Headers that say who asks. */
interface Login {
  headers(asked: Asked): Promise<Record<string, string>>;
  /** The catalogue does not take what it had: the next headers are new ones. Returns whether that may help. */
  refused(): boolean;
}

/** A token is asked for anew so long before it ends. */
const MARGIN_MS = 30_000;
const USUAL_SECONDS = 3_600;

export function loginOf(
  {auth, uri}: CatalogueAccess,
  send: (asked: Asked, headers: Record<string, string>) => Promise<any>,
): Login {
  if (auth.kind === "none") return {headers: async () => ({}), refused: () => false};
  if (auth.kind === "sigv4") {
    const {region, accessKeyId, secretAccessKey} = auth;
    return {
      headers: async ({method, url, body}) =>
        signed({method, url, body, headers: {}, region, service: serviceOf(url), accessKeyId, secretAccessKey}),
      refused: () => false,
    };
  }
  const {clientId, clientSecret, tokenUrl = `${uri}/v1/oauth/tokens`, scope} = auth;
  let token: {text: string; until: number} | undefined;
  return {
    async headers() {
      if (!token || token.until < Date.now()) {
        const form = {grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret, scope};
        const body = new URLSearchParams(form).toString();
        const type = {"content-type": "application/x-www-form-urlencoded"};
        const answer = await send({method: "POST", url: new URL(tokenUrl), body}, type);
        const seconds = Number(answer.expires_in ?? USUAL_SECONDS);
        token = {text: answer.access_token, until: Date.now() + seconds * 1_000 - MARGIN_MS};
      }
      return {authorization: `Bearer ${token.text}`};
    },
    refused() {
      const had = token !== undefined;
      token = undefined;
      return had;
    },
  };
}

/** AWS has the service's name in the host's (s3tables or glue); others go by the former. */
const serviceOf = ({hostname}: URL): string =>
  hostname.endsWith(".amazonaws.com") ? hostname.split(".")[0]! : "s3tables";
