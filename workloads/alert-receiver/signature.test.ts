import {expect, test} from "vitest";
import {hasToken, mayTell, signingSecret} from "./intake.ts";
import {sign, verify} from "./signature.ts";

/** The example of the Standard Webhooks specification's libraries. */
const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const body = '{"test": 2432232314}';
const at = 1_614_265_330_000;
const signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

test("a message is signed as the specification's example is", () => {
  expect(sign(secret, id, body, at)).toEqual({
    "webhook-id": id,
    "webhook-timestamp": "1614265330",
    "webhook-signature": signature,
  });
});

test("only the right secret, body, id and a recent time pass; one good signature among several is enough", () => {
  const headers = sign(secret, id, body, at);
  expect(verify(secret, headers, body, at)).toBe(true);
  expect(verify(secret, {...headers, "webhook-signature": `v1,AAAA ${signature} v2,x`}, body, at)).toBe(true);
  expect(verify("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", headers, body, at)).toBe(false);
  expect(verify(secret, headers, `${body} `, at)).toBe(false);
  expect(verify(secret, {...headers, "webhook-id": "msg_other"}, body, at)).toBe(false);
  expect(verify(secret, headers, body, at + 301_000)).toBe(false);
  expect(verify(secret, {...headers, "webhook-timestamp": "soon"}, body, at)).toBe(false);
  expect(verify(secret, {}, body, at)).toBe(false);
});

test("a secret that is none is named as such", () => {
  for (const wrong of ["", "whsec_", "whsec_short", "not base64 at all!"])
    expect(() => sign(wrong, id, body)).toThrow(/signing secret/);
});

test("the receiver hears who shows its token or signs with it, and nobody else", () => {
  const token = "t".repeat(32);
  expect(mayTell(token, {authorization: `Bearer ${token}`}, body)).toBe(true);
  expect(mayTell(token, {authorization: "Bearer wrong"}, body)).toBe(false);
  expect(mayTell(token, sign(signingSecret(token), id, body), body)).toBe(true);
  expect(mayTell(token, sign(secret, id, body), body)).toBe(false);
  // A wrong signature is not made good by a header that a proxy adds.
  expect(mayTell(token, {...sign(secret, id, body), authorization: `Bearer ${token}`}, body)).toBe(false);
  expect(hasToken(token, {authorization: `Basic ${Buffer.from(`me:${token}`).toString("base64")}`})).toBe(true);
  expect(hasToken(token, {})).toBe(false);
});
