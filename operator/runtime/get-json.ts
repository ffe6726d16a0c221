import {request} from "undici";

const TIMEOUT_MS = 3_000;

/** The JSON answer of an HTTP server; rejects unless it answers 200 in time. */
export async function getJson(url: string): Promise<any> {
  const {statusCode, body} = await request(url, {headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS});
  const answer = await body.json();
  if (statusCode !== 200) throw new Error(`${url} answers ${statusCode}`);
  return answer;
}
