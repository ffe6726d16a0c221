import {afterEach, beforeEach, expect, test, vi} from "vitest";
import {ApiError} from "../runtime/api-error.ts";
import {type Refusal, unlessRefused} from "./refusals.ts";

const refusals = new Map<string, Refusal>();
const WEBHOOK = "Internal error occurred: failed calling webhook";
let sent = 0;

/** Sends a request of a plan that ends as `error` says. */
const send = (error?: Error, plan = "plan") =>
  unlessRefused(refusals, plan, "Kafka fleet", async () => {
    sent++;
    if (error) throw error;
  });

beforeEach(() => {
  vi.useFakeTimers();
  sent = 0;
});
afterEach(() => {
  refusals.clear();
  vi.useRealTimers();
});

test.each([400, 403, 404, 409, 413, 422, 500, 503, 504])(
  "an answer of %d is one object's refusal, in its words",
  async (code) => {
    expect(await send(new ApiError(code, "x", WEBHOOK))).toMatchObject({
      reason: "ApplyRefused",
      message: `Kafka fleet: ${WEBHOOK}`,
    });
  },
);

test.each([
  ["one that does not answer", Object.assign(new Error("refused"), {code: "ECONNREFUSED"})],
  ["one that does not know us", new ApiError(401, "Unauthorized", "who")],
  ["one that is busy", new ApiError(429, "TooManyRequests", "later")],
  ["a page of a proxy", new ApiError(200, "NotJson", "<html>")],
])("what is true of the whole server is nobody's refusal: %s", async (_, error) => {
  await expect(send(error)).rejects.toBe(error);
});

test("a refused request is sent again after ever longer, half a minute at most; what it was told holds meanwhile", async () => {
  const refused = new ApiError(500, "InternalError", WEBHOOK);
  await send(refused);
  expect((await send(refused))?.message).toContain(WEBHOOK);
  expect(sent).toBe(1);
  await vi.advanceTimersByTimeAsync(1_001);
  await send(refused);
  expect(sent).toBe(2);
  for (let attempt = 0; attempt < 10; attempt++) {
    await vi.advanceTimersByTimeAsync(30_001);
    await send(refused);
  }
  expect(sent).toBe(12);
  await vi.advanceTimersByTimeAsync(30_001);
  expect(await send()).toBeUndefined();
  expect(await send()).toBeUndefined();
  expect(sent).toBe(14);
});

test("another plan is tried at once", async () => {
  await send(new ApiError(422, "Invalid", "no"));
  expect(await send(undefined, "another plan")).toBeUndefined();
});
