import {pino} from "pino";
import {expect, test} from "vitest";
import {createPreparation} from "./preparation.ts";

const log = pino({level: "silent"});
const ours = async () => {};

/** A registry that does not answer as often as given, and then has to be asked once. */
function awayFor(times: number) {
  let [left, known] = [times, false];
  return () => {
    if (known) return undefined;
    if (left-- > 0) return Promise.reject(new Error("schema registry http://r does not answer: ECONNREFUSED"));
    known = true;
    return Promise.resolve();
  };
}

test("while the registry is away the reason is said, and the batch goes on when it is back", async () => {
  const preparation = createPreparation(awayFor(2), log, new AbortController().signal);
  const problems: (string | undefined)[] = [];
  await preparation.prepare([], async () => void problems.push(preparation.problem));
  const words = "registry: schema registry http://r does not answer: ECONNREFUSED";
  expect(problems).toEqual([words, words]);
  expect(preparation.problem).toBeUndefined();
});

test("nothing is waited for where all is there", async () => {
  const preparation = createPreparation(() => undefined, log, new AbortController().signal);
  await preparation.prepare([], () => Promise.reject(new Error("not asked")));
  expect(preparation.problem).toBeUndefined();
});

test("a partition that went to another member meanwhile is given up, with its problem", async () => {
  const preparation = createPreparation(awayFor(9), log, new AbortController().signal);
  await expect(preparation.prepare([], () => Promise.reject(new Error("gone")))).rejects.toThrow("gone");
  expect(preparation.problem).toBeUndefined();
});

test("a stop ends the wait; the batch is not counted as read", async () => {
  const stop = new AbortController();
  const preparation = createPreparation(awayFor(9), log, stop.signal);
  const waiting = preparation.prepare([], async () => stop.abort());
  await expect(waiting).rejects.toThrow("does not answer");
  expect(preparation.problem).toContain("registry: ");
});

test("what the registry says is cut to what a status holds", async () => {
  const long = () => Promise.reject(new Error("x".repeat(5_000)));
  const preparation = createPreparation(long, log, new AbortController().signal);
  await preparation
    .prepare([], () => {
      expect(preparation.problem!.length).toBeLessThan(400);
      return Promise.reject(new Error("enough"));
    })
    .catch(() => {});
  expect.assertions(1);
});

test("one partition that goes on does not hide the problem of another", async () => {
  let away = true;
  const preparation = createPreparation(
    ([message]) => (message?.offset === "1" && away ? Promise.reject(new Error("away")) : undefined),
    log,
    new AbortController().signal,
  );
  const message = (offset: string) => ({key: null, value: null, offset, timestamp: "0"});
  await preparation.prepare([message("1")], async () => {
    await preparation.prepare([message("2")], ours);
    expect(preparation.problem).toBe("registry: away");
    away = false;
  });
  expect(preparation.problem).toBeUndefined();
});
