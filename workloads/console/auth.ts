import {createHmac} from "node:crypto";
import type {IncomingHttpHeaders} from "node:http";
import {isSameSecret} from "../lib/equal.ts";

/** Admits readers: the bearer of the token, a browser that showed it, or whom a trusted proxy names. */
export interface Auth {
  isToken(text: string): boolean;
  /** Set-Cookie of a session that begins now. */
  begin(secure: boolean): string;
  end: string;
  allows(headers: IncomingHttpHeaders): boolean;
}

const SESSION_SECONDS = 12 * 3_600;

/** Sessions hold no state: the cookie is its end, signed with the token. A new token ends them all. */
export function createAuth(token: string, proxyHeader?: string, now: () => number = Date.now): Auth {
  if (token.length < 16) throw new Error("the console's token has less than 16 characters");
  const sign = (text: string) => createHmac("sha256", token).update(`console session ${text}`).digest("base64url");
  // A browser sends a host's cookies to all its ports: the name keeps the consoles of one machine apart.
  const cookie = `console-${sign("name").slice(0, 8)}`;
  const attributes = "Path=/; HttpOnly; SameSite=Strict";

  function inSession(header: string): boolean {
    const value = header
      .split(/; */)
      .find((part) => part.startsWith(`${cookie}=`))
      ?.slice(cookie.length + 1);
    const [end = "", signature = ""] = value?.split(".") ?? [];
    return Number(end) > now() && isSameSecret(signature, sign(end));
  }

  return {
    isToken: (text) => isSameSecret(text, token),
    begin(secure) {
      const end = String(now() + SESSION_SECONDS * 1_000);
      const suffix = secure ? "; Secure" : "";
      return `${cookie}=${end}.${sign(end)}; Max-Age=${SESSION_SECONDS}; ${attributes}${suffix}`;
    },
    end: `${cookie}=; Max-Age=0; ${attributes}`,
    allows(headers) {
      const {authorization = "", cookie: cookies = ""} = headers;
      if (authorization.startsWith("Bearer ")) return isSameSecret(authorization.slice(7), token);
      if (proxyHeader && headers[proxyHeader.toLowerCase()]) return true;
      return inSession(cookies);
    },
  };
}
