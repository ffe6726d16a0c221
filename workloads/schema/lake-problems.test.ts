import {expect, test} from "vitest";
import {CatalogueError} from "../lake/iceberg/catalogue.ts";
import {awayOf, problemOf, skewOf} from "./lake-problems.ts";

const store = {
  what: "object store",
  url: "https://minio:9000",
  secret: "the Secret in spec.lake.external.s3.secret",
  field: "spec.lake.external.s3",
} as const;
const catalogue = {
  ...store,
  what: "catalogue",
  url: "https://polaris/api/catalog",
  secret: "the Secret in spec.lake.external.catalog.secret",
  field: "spec.lake.external.catalog",
} as const;
const s3 = (name: string, httpStatusCode = 403) =>
  Object.assign(new Error("its words"), {name, $metadata: {httpStatusCode}});

test.each([
  ["wrong keys", s3("InvalidAccessKeyId"), /does not know the keys in the Secret in spec\.lake\.external\.s3\.secret/],
  ["a wrong secret key", s3("SignatureDoesNotMatch"), /does not know the keys .*: correct the Secret/],
  ["too few rights", s3("AccessDenied"), /refuses the keys .*its words.*list, read, write and delete/],
  ["a clock that is off", s3("RequestTimeTooSkewed"), /time of this node's clock.*NTP/],
  ["another region", s3("PermanentRedirect", 301), /another region .*correct region in spec\.lake\.external\.s3/],
  [
    "a certificate of nobody known",
    Object.assign(new Error("x"), {cause: {code: "SELF_SIGNED_CERT_IN_CHAIN"}}),
    /cannot be verified \(SELF_SIGNED_CERT_IN_CHAIN\).*ca\.crt .*spec\.lake\.external\.caSecret/,
  ],
  ["a server without TLS", Object.assign(new Error("x"), {code: "EPROTO"}), /speaks no TLS.*http:\/\//],
])("of an object store, %s is named with the fix", (_, error, words) => {
  expect(problemOf(error, store)).toMatch(words);
});

test.each([
  [401, /does not know the login in the Secret in spec\.lake\.external\.catalog\.secret/],
  [403, /refuses the login .*allow it to make namespaces and tables/],
  [404, /no such warehouse .*correct uri and warehouse in spec\.lake\.external\.catalog/],
  [400, /refuses the set-up: its words/],
])("a catalogue's %d is named with the fix", (status, words) => {
  expect(problemOf(new CatalogueError(status, "", "its words"), catalogue)).toMatch(words);
});

test.each([
  ["a store that is overloaded", s3("SlowDown", 503), store],
  ["a catalogue in trouble", new CatalogueError(503, "", ""), catalogue],
  ["a catalogue that is asked too often", new CatalogueError(429, "", ""), catalogue],
  ["a connection that broke", Object.assign(new Error("x"), {code: "ECONNRESET"}), store],
])("%s may pass, and is tried again", (_, error, place) => {
  expect(problemOf(error, place)).toBeUndefined();
});

test("a server that does not answer is named with its code and field", () => {
  const refused = Object.assign(new Error("x"), {errors: [{code: "ECONNREFUSED"}]});
  expect(awayOf(refused, store)).toBe(
    "the object store at https://minio:9000 does not answer (ECONNREFUSED): check it, its address in spec.lake.external.s3, and that the pipeline's pods may reach it",
  );
  expect(awayOf(new Error("a bug"), store)).toBeUndefined();
});

test("clocks that differ by more than a quarter of an hour are told of with the side", () => {
  const now = Date.parse("2026-11-29T15:00:00Z");
  const at = (minutes: number) => skewOf(new Date(now + minutes * 60_000).toUTCString(), now, store);
  expect([at(14), at(-14), skewOf(undefined, now, store), skewOf("soon", now, store)]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  expect(at(-20)).toMatch(/20 minutes ahead of that of the object store at https:\/\/minio:9000.*NTP/);
  expect(at(20)).toMatch(/20 minutes behind/);
});
