import type {IncomingMessage, ServerResponse} from "node:http";
import type {Handler} from "../lib/http.ts";
import {type Asset, CONTENT_SECURITY_POLICY} from "./assets.ts";
import type {Auth} from "./auth.ts";
import {signIns} from "./metrics.ts";

const HEADERS = {
  "content-security-policy": CONTENT_SECURITY_POLICY,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};
const MAX_BODY = 4_096;

type Answer = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>;

/** A request for something that is not there, or a wrong one. */
export class RequestError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export const json = (response: ServerResponse, value: unknown): void =>
  void response.setHeader("content-type", "application/json").end(JSON.stringify(value));

/** The page and its data. Without authentication there are only the login page and the files of the page, which hold no data. */
export function createSite(auth: Auth, assets: Map<string, Asset>, api: Record<string, Answer>): Handler {
  return async (request, response) => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    try {
      await answer(request, response);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      response.writeHead(error.status).end(`${error.message}\n`);
    }
  };

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url ?? "/", "http://console");
    const {pathname} = url;
    if (request.method === "POST" && pathname === "/login") return login(request, response);
    if (request.method === "POST" && pathname === "/logout") {
      response.writeHead(204, {"set-cookie": auth.end}).end();
      return;
    }
    if (request.method !== "GET" && request.method !== "HEAD") throw new RequestError(405, "this console only reads");
    if (pathname === "/login") return file(request, response, assets.get("/login.html")!);
    const asset = assets.get(pathname);
    if (asset && !pathname.endsWith(".html")) return file(request, response, asset);
    if (!auth.allows(request.headers)) {
      if (pathname === "/") {
        response.writeHead(303, {location: "/login"}).end();
        return;
      }
      throw new RequestError(401, "a token is needed: sign in, or send it as a bearer token");
    }
    if (pathname === "/") return file(request, response, assets.get("/index.html")!);
    const route = api[pathname];
    if (!route) throw new RequestError(404, "not found");
    return route(request, response, url);
  }

  async function file(request: IncomingMessage, response: ServerResponse, {type, body, gzip, etag}: Asset) {
    response.setHeader("cache-control", "no-cache").setHeader("etag", etag).setHeader("vary", "accept-encoding");
    if (request.headers["if-none-match"] === etag) {
      response.writeHead(304).end();
      return;
    }
    response.setHeader("content-type", type);
    if (/\bgzip\b/.test(request.headers["accept-encoding"] ?? ""))
      response.setHeader("content-encoding", "gzip").end(gzip);
    else response.end(body);
  }

  async function login(request: IncomingMessage, response: ServerResponse) {
    const accepted = auth.isToken((await bodyOf(request)).trim());
    signIns.inc({result: accepted ? "accepted" : "refused"});
    if (!accepted) throw new RequestError(401, "this is not the console's token");
    const secure = request.headers["x-forwarded-proto"] === "https";
    response.writeHead(204, {"set-cookie": auth.begin(secure)}).end();
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const part of request) {
    text += part;
    if (text.length > MAX_BODY) throw new RequestError(413, "too long");
  }
  return text;
}
