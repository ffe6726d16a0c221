import {readFileSync} from "node:fs";
import {Agent, request} from "undici";
import {text} from "../lib/environment.ts";
import {isRefusal, Refusal} from "../lib/refusal.ts";

const CONNECT_MS = 5_000;
const ANSWER_MS = 30_000;
const MOST_WORDS = 500;

export interface Druid {
  /** @throws Refusal an answer other than 2xx */
  get(path: string): Promise<any>;
  post(path: string, body: unknown): Promise<any>;
  /** The answer to a statement, an object a row; none of a table that has no rows yet, for it is not there. @throws Refusal */
  sql(query: string): Promise<any[]>;
  /** The same as lines: the names of the columns, then each row as an array. */
  lines(query: string, ms: number): AsyncIterable<string>;
}

/** Druid's router, by WAREHOUSE_URL, WAREHOUSE_USERNAME, WAREHOUSE_PASSWORD and WAREHOUSE_CA. */
export function openDruid(): Druid {
  const url = text("WAREHOUSE_URL");
  const user = process.env.WAREHOUSE_USERNAME;
  const ca = process.env.WAREHOUSE_CA;
  const login = user ? Buffer.from(`${user}:${text("WAREHOUSE_PASSWORD")}`).toString("base64") : undefined;
  const dispatcher = new Agent({connect: {timeout: CONNECT_MS, ...(ca ? {ca: readFileSync(ca, "utf8")} : {})}});

  async function send(method: "GET" | "POST", path: string, body?: unknown, ms = ANSWER_MS) {
    const answer = await request(`${url}${path}`, {
      method,
      dispatcher,
      headersTimeout: ms,
      bodyTimeout: ms,
      headers: {
        ...(login ? {authorization: `Basic ${login}`} : {}),
        ...(body === undefined ? {} : {"content-type": "application/json"}),
      },
      ...(body === undefined ? {} : {body: JSON.stringify(body)}),
    });
    if (answer.statusCode >= 300) throw new Refusal(answer.statusCode, wordsOf(await answer.body.text()));
    return answer.body;
  }
  const json = async (body: {text(): Promise<string>}) => {
    const given = await body.text();
    return given === "" ? undefined : JSON.parse(given);
  };
  return {
    get: async (path) => json(await send("GET", path)),
    post: async (path, body) => json(await send("POST", path, body)),
    async sql(query) {
      try {
        return await json(await send("POST", "/druid/v2/sql", {query, context: {enableTimeBoundaryPlanning: true}}));
      } catch (error) {
        if (isRefusal(error) && /not found/i.test(error.message)) return [];
        throw error;
      }
    },
    async *lines(query, ms) {
      const context = {timeout: ms};
      const body = await send("POST", "/druid/v2/sql", {query, context, resultFormat: "arrayLines", header: true}, ms);
      let rest = "";
      let last = "";
      for await (const chunk of body.setEncoding("utf8")) {
        const lines = (rest + chunk).split("\n");
        rest = lines.pop()!;
        for (const line of lines) {
          last = line;
          if (line !== "") yield line;
        }
      }
      // An empty line is Druid's word for the end: what ends without one was cut off.
      if (rest !== "" || last !== "") throw new Error("Druid's answer was cut off: ask again");
    },
  };
}

/** An error of Druid's as it puts it for people. */
function wordsOf(body: string): string {
  try {
    const {errorMessage, error, errorMsg} = JSON.parse(body);
    return String(errorMessage ?? errorMsg ?? error ?? body).slice(0, MOST_WORDS);
  } catch {
    return body.slice(0, MOST_WORDS);
  }
}
