import {request} from "undici";
import {isRefusal, Refusal} from "../../lib/refusal.ts";

const ANSWER_MS = 120_000;
const MOST_WORDS = 400;

/** Superset's REST API as one who is logged in. */
export interface Superset {
  /** @throws Refusal an answer other than 2xx */
  get(path: string): Promise<any>;
  /** Undefined of what is not there. */
  find(path: string): Promise<any>;
  post(path: string, body: unknown): Promise<any>;
  put(path: string, body: unknown): Promise<any>;
  delete(path: string): Promise<any>;
}

type Method = "GET" | "POST" | "PUT" | "DELETE";

interface Session {
  headers: Record<string, string>;
}

/** Logs in at the first request, and anew when a session has ended. */
export function openSuperset(url: string, username: string, password: string): Superset {
  let session: Promise<Session> | undefined;

  async function logIn(): Promise<Session> {
    const body = {username, password, provider: "db", refresh: false};
    const {json} = await send("POST", "/api/v1/security/login", body, {});
    const authorization = `Bearer ${json.access_token}`;
    // Requests that write carry a token that belongs to a cookie, as those of browsers do.
    const {json: csrf, cookies} = await send("GET", "/api/v1/security/csrf_token/", undefined, {authorization});
    return {headers: {authorization, "x-csrftoken": csrf.result, cookie: cookies, referer: url}};
  }

  function enter(): Promise<Session> {
    const entered = logIn();
    entered.catch(() => {
      session = undefined;
    });
    return entered;
  }

  async function send(method: Method, path: string, body: unknown, headers: Record<string, string>) {
    const answer = await request(`${url}${path}`, {
      method,
      headersTimeout: ANSWER_MS,
      bodyTimeout: ANSWER_MS,
      // The server closes idle connections after two seconds, maybe just when a request is sent.
      reset: true,
      headers: {...headers, ...(body === undefined ? {} : {"content-type": "application/json"})},
      ...(body === undefined ? {} : {body: JSON.stringify(body)}),
    });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Refusal(answer.statusCode, wordsOf(answer.statusCode, text));
    const set = answer.headers["set-cookie"] ?? [];
    const cookies = [set].flat().map((cookie) => cookie.split(";")[0]);
    return {json: JSON.parse(text), cookies: cookies.join("; ")};
  }

  async function ask(method: Method, path: string, body?: unknown) {
    for (let isFirst = true; ; isFirst = false) {
      session ??= enter();
      const {headers} = await session;
      try {
        return (await send(method, path, body, headers)).json;
      } catch (error) {
        if (!isRefusal(error, 401)) throw error;
        session = undefined;
        if (!isFirst) throw error;
      }
    }
  }
  return {
    get: (path) => ask("GET", path),
    async find(path) {
      try {
        return await ask("GET", path);
      } catch (error) {
        if (isRefusal(error, 404)) return undefined;
        throw error;
      }
    },
    post: (path, body) => ask("POST", path, body),
    put: (path, body) => ask("PUT", path, body),
    delete: (path) => ask("DELETE", path),
  };
}

function wordsOf(status: number, body: string): string {
  try {
    const {message, errors, msg} = JSON.parse(body);
    const words = message ?? errors?.[0]?.message ?? msg ?? body;
    return `${status}: ${(typeof words === "string" ? words : JSON.stringify(words)).slice(0, MOST_WORDS)}`;
  } catch {
    return `${status}: ${body.slice(0, MOST_WORDS)}`;
  }
}
