import {request} from "undici";

const TIMEOUT_MS = 3_000;

/** The JSON answer of an HTTP server; with a body the request is a POST. Rejects unless it succeeds in time. */
export async function getJson(
  url: string,
  {headers = {}, body: sent}: {headers?: Record<string, string>; body?: object} = {},
): Promise<any> {
  const {statusCode, body} = await request(url, {
    ...(sent ? {method: "POST" as const, body: JSON.stringify(sent)} : {}),
    headers: {...headers, ...(sent ? {"content-type": "application/json"} : {})},
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
  });
  if (statusCode >= 300) {
    await body.dump();
    throw new Error(`${url} answers ${statusCode}`);
  }
  return body.json();
}
