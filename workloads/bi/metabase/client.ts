import {type Dispatcher, request} from "undici";
import type {z} from "zod";
import {isRefusal, Refusal} from "../../lib/refusal.ts";
import {answers} from "./contract.ts";

const ANSWER_MS = 60_000;
const MOST_WORDS = 500;

/** Somebody who logs in. */
export interface Login {
  email: string;
  password: string;
}

/** Each throws Refusal on an answer other than 2xx, and Error on one that is not as v0.64.1's. */
export interface Metabase {
  get<T>(path: string, as: z.ZodType<T>): Promise<T>;
  post<T>(path: string, body: object, as: z.ZodType<T>): Promise<T>;
  put(path: string, body: object): Promise<void>;
  /** The same without a login. */
  open: {get<T>(path: string, as: z.ZodType<T>): Promise<T>};
  /** Whether somebody's password is this one. */
  knows(login: Login): Promise<boolean>;
}

type Method = Dispatcher.HttpMethod;

/** Metabase as its administrator `keeper`, who is made its first user when it has none. */
export function connectMetabase(url: string, keeper: Login): Metabase {
  const kept: {session?: string} = {};

  async function send<T>(method: Method, path: string, as: z.ZodType<T>, body?: object, session?: string): Promise<T> {
    const answer = await request(`${url}${path}`, {
      method,
      headersTimeout: ANSWER_MS,
      bodyTimeout: ANSWER_MS,
      headers: {
        ...(session ? {"x-metabase-session": session} : {}),
        ...(body ? {"content-type": "application/json"} : {}),
      },
      ...(body ? {body: JSON.stringify(body)} : {}),
    });
    const given = await answer.body.text();
    if (answer.statusCode >= 300)
      throw new Refusal(
        answer.statusCode,
        `Metabase answers ${method} ${path} with ${answer.statusCode}: ${wordsOf(given)}`,
      );
    const parsed = as.safeParse(jsonOf(given));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw new Error(
      `Metabase's answer to ${method} ${path} is not as that of v0.64.1 at ${issue!.path.join(".") || "its start"}: ${issue!.message}. Let it run in the version that the operator pins`,
    );
  }

  async function asKeeper<T>(method: Method, path: string, as: z.ZodType<T>, body?: object): Promise<T> {
    if (kept.session)
      try {
        return await send(method, path, as, body, kept.session);
      } catch (error) {
        // A session ends after two weeks, or when Metabase's database is another.
        if (!isRefusal(error, 401)) throw error;
      }
    kept.session = await enter();
    return send(method, path, as, body, kept.session);
  }

  /** Returns a new session, after the set-up if that has not been. */
  async function enter(): Promise<string> {
    const state = await send("GET", "/api/session/properties", answers.properties);
    if (!state["has-user-setup"]) return (await send("POST", "/api/setup", answers.session, setUp(state))).id;
    try {
      return await logIn(keeper);
    } catch (error) {
      if (!isRefusal(error, 400, 401)) throw error;
      throw new Error(
        `Metabase was set up by somebody else, or the password of its administrator ${keeper.email} is not that of the Secret. As another administrator, make ${keeper.email} an administrator with the Secret's password (Admin settings, People); or give Metabase an empty database. ${error.message}`,
      );
    }
  }

  const setUp = (state: z.infer<typeof answers.properties>) => ({
    token: state["setup-token"],
    user: {email: keeper.email, password: keeper.password, first_name: "Telemetry", last_name: "operator"},
    prefs: {site_name: "Telemetry", allow_tracking: false},
  });
  const logIn = async ({email, password}: Login) =>
    (await send("POST", "/api/session", answers.session, {username: email, password})).id;

  return {
    get: (path, as) => asKeeper("GET", path, as),
    post: (path, body, as) => asKeeper("POST", path, as, body),
    put: async (path, body) => void (await asKeeper("PUT", path, answers.nothing, body)),
    open: {get: (path, as) => send("GET", path, as)},
    async knows(login) {
      try {
        await send("DELETE", "/api/session", answers.nothing, undefined, await logIn(login));
        return true;
      } catch (error) {
        if (isRefusal(error, 400, 401)) return false;
        throw error;
      }
    },
  };
}

/** Metabase answers with JSON, with text or with nothing. */
function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

/** An error of Metabase's as it puts it for people. */
function wordsOf(body: string): string {
  const given = jsonOf(body) as any;
  const errors = Object.entries(given?.errors ?? {}).map(([name, words]) => `${name}: ${words}`);
  const words = given?.message ?? (errors.length > 0 ? errors.join("; ") : (given?.error ?? given?.status ?? body));
  return String(words).slice(0, MOST_WORDS);
}
