import {Agent, type Dispatcher, request as httpRequest} from "undici";
import {sleep} from "../../api/backoff.ts";
import type {ClusterConfig, TlsOptions} from "./config.ts";
import {exchange} from "./exchange.ts";

/** How long a call waits in all for a server that is busy and says when to come again. */
const BUSY_MS = 30_000;

/** Hears of every answer: the HTTP status, or `error` and why when there was none. */
export type OnAnswer = (method: string, code: number | "error", path: string, error?: Error) => void;

export type Call = [method: Dispatcher.HttpMethod, path: string, body?: unknown, contentType?: string, accept?: string];

export interface Answer extends Pick<Dispatcher.ResponseData, "statusCode" | "headers"> {
  text: string;
  /** Method and path, for messages. */
  call: string;
}

/** Authenticated requests to the API server. */
interface Http {
  /** The whole answer, whatever its status. Waits for a busy server. */
  send(...call: Call): Promise<Answer>;
  /** An answer that is read as it comes, until the signal aborts. */
  stream(path: string, signal: AbortSignal): Promise<Dispatcher.ResponseData>;
  close(): Promise<void>;
}

interface HttpOptions {
  config: ClusterConfig;
  onAnswer: OnAnswer;
  /** No call waits for a busy server once it aborts. */
  signal: AbortSignal | undefined;
  /** Each try of a write waits for it, and ends when its signal aborts; default: writes are always allowed. */
  term: (() => Promise<AbortSignal>) | undefined;
}

export function createHttp({config, onAnswer, signal, term}: HttpOptions): Http {
  const connections = createConnections(config);
  // A proxy such as Rancher's serves an API server below a path.
  const {origin, pathname} = new URL(config.server);
  const root = pathname.replace(/\/$/, "");

  async function sendOnce(...call: Call): Promise<Answer> {
    const [method, path, body, contentType = "application/json", accept = "application/json"] = call;
    const headers = {...(await config.headers()), accept, "content-type": contentType};
    const mayWrite = method === "GET" ? undefined : await term?.();
    const text = body === undefined ? {} : {body: JSON.stringify(body)};
    const options = {origin, path: root + path, method, headers, ...text};
    const answer = await exchange(connections.current(), options, mayWrite).catch((error) => {
      // A write that was given up says nothing of the server.
      if (!mayWrite?.aborted) onAnswer(method, "error", path, error);
      throw error;
    });
    onAnswer(method, answer.statusCode, path);
    return {...answer, call: `${method} ${path}`};
  }

  return {
    /** 429 means that nothing was done yet, so that a write too can be sent again; definitions that change are a common cause. */
    async send(...call) {
      for (let waited = 0; ; ) {
        const answer = await sendOnce(...call);
        // Not a number when the server did not say.
        const pause = Math.max(Number(answer.headers["retry-after"]) * 1_000, 100);
        waited += pause;
        if (answer.statusCode !== 429 || !(waited <= BUSY_MS) || signal?.aborted) return answer;
        await sleep(pause, signal);
        if (signal?.aborted) return answer;
      }
    },
    stream: async (path, signal) =>
      httpRequest(`${config.server}${path}`, {
        dispatcher: connections.current(),
        headers: {...(await config.headers()), accept: "application/json"},
        signal,
        bodyTimeout: 0,
      }),
    close: connections.close,
  };
}

/** The connections; new ones once the client certificate has been renewed, while the old ones end what they are at. */
function createConnections(config: ClusterConfig) {
  let tls: TlsOptions | undefined;
  let agent: Agent | undefined;
  return {
    current(): Agent {
      const wanted = config.tls();
      if (agent && tls === wanted) return agent;
      agent?.close().catch(() => {});
      tls = wanted;
      agent = new Agent({
        connect: wanted as Agent.Options["connect"],
        connections: 64,
        allowH2: false,
        headersTimeout: 60_000,
        bodyTimeout: 60_000,
      });
      return agent;
    },
    close: async () => agent?.destroy(),
  };
}
