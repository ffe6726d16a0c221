import {expect, test} from "vitest";
import {typeOf, writeProblem} from "./kafka-errors.ts";

const refused = (type: string) => Object.assign(new Error(`words of ${type}`), {type});

test.each([
  ["UNKNOWN_TOPIC_OR_PARTITION", /does not exist: make it/],
  ["TOPIC_AUTHORIZATION_FAILED", /may not write/],
  ["CLUSTER_AUTHORIZATION_FAILED", /may not write/],
  ["MESSAGE_TOO_LARGE", /max\.message\.bytes/],
  ["INVALID_RECORD", /compacted/],
  ["NOT_ENOUGH_REPLICAS_AFTER_APPEND", /min\.insync\.replicas/],
  ["INVALID_TIMESTAMP", /time/],
])("%s says what it means for the topic, and the fix", (type, words) => {
  const problem = writeProblem("t.dlq", refused(type));
  expect(problem).toMatch(/^topic t\.dlq cannot be written; /);
  expect(problem).toMatch(words);
  expect(problem).toContain(`(words of ${type})`);
});

test("the code is found however deep the client has wrapped it; without one no broker answered", () => {
  expect(typeOf(new Error("gave up", {cause: new Error("again", {cause: refused("INVALID_RECORD")})}))).toBe(
    "INVALID_RECORD",
  );
  expect(writeProblem("t", new Error("connect ECONNREFUSED"))).toMatch(/does not take it \(connect ECONNREFUSED\)$/);
});
