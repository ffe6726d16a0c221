import {createHash, createHmac, type Hash, type Hmac} from "node:crypto";
import {SignatureV4} from "@smithy/signature-v4";
import {expect, test} from "vitest";
import {signed} from "./sigv4.ts";

class Sha256 {
  readonly #hash: Hash | Hmac;
  constructor(secret?: string | Uint8Array) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", secret);
  }
  update(data: string | Uint8Array) {
    this.#hash.update(data);
  }
  async digest() {
    return this.#hash.digest();
  }
}

const keys = {accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"};

test("signs as the SDK of AWS does", async () => {
  // What @smithy/signature-v4, which comes with the SDK, makes of the same request.
  const now = new Date("2026-11-29T15:04:05Z");
  const body = '{"name":"warehouse"}';
  const url = new URL("http://store:8333/v1/name%20spaces/a%1Fb?b=2&a=1%2F1");
  const theirs = new SignatureV4({
    credentials: keys,
    region: "eu-west-1",
    service: "s3tables",
    sha256: Sha256 as never,
  });
  const {headers: expected} = (await theirs.sign(
    {
      method: "POST",
      protocol: "http:",
      hostname: "store",
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: {host: "store:8333", "content-type": "application/json"},
      body,
    } as never,
    {signingDate: now},
  )) as unknown as {headers: Record<string, string>};
  const headers = {"content-type": "application/json"};
  const made = signed({method: "POST", url, headers, body, region: "eu-west-1", service: "s3tables", ...keys, now});
  expect(made.authorization).toBe(expected.authorization);
  expect(made["x-amz-date"]).toBe("20261129T150405Z");
});
