import {pino} from "pino";
import {expect, test, vi} from "vitest";
import {createTold} from "./told.ts";

const log = pino({level: "silent"});

test("a member that is about to leave waits for the commit that is on its way, and then sends what came meanwhile", async () => {
  const answered = Promise.withResolvers<void>();
  const sent: string[][] = [];
  const told = createTold({isIdle: false}, log);
  told.joined({
    commitOffsets: async (offsets) => {
      sent.push(offsets.map(({topic, partition, offset}) => `${topic}-${partition} ${offset}`));
      await answered.promise;
    },
  });
  told.commit({topic: "events", partition: 0}, "5");
  told.commit({topic: "events", partition: 1}, "7");
  await Promise.resolve();
  await Promise.resolve();
  expect(sent).toEqual([["events-0 5", "events-1 7"]]);
  told.commit({topic: "events", partition: 0}, "9");
  let hasLeft = false;
  const leaving = told.flush().then(() => {
    hasLeft = true;
  });
  await new Promise(setImmediate);
  expect([hasLeft, sent.length]).toEqual([false, 1]);
  answered.resolve();
  await leaving;
  expect(sent).toEqual([["events-0 5", "events-1 7"], ["events-0 9"]]);
  told.left();
});

test("a commit that has no end keeps nobody who joins after it from committing", async () => {
  const sent: string[] = [];
  const told = createTold({isIdle: false}, log);
  const place = {topic: "events", partition: 0};
  told.joined({commitOffsets: () => new Promise(() => {})});
  for (const offset of ["5", "7"]) {
    told.commit(place, offset);
    await new Promise(setImmediate);
  }
  told.left();
  told.joined({commitOffsets: async ([commit]) => void sent.push(commit!.offset)});
  told.commit(place, "9");
  await told.flush();
  expect(sent).toEqual(["9"]);
  told.left();
});

test("a member whose commits are refused for long is given up, and one that is refused for a moment is not", async () => {
  vi.useFakeTimers();
  const told = createTold({isIdle: false}, log);
  const place = {topic: "events", partition: 0};
  let left = 0;
  let refused = true;
  told.leave = () => void left++;
  const member = {
    commitOffsets: async () => {
      if (refused) throw new Error("The coordinator is not aware of this member");
    },
  };
  const commits = async (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      told.commit(place, String(second));
      await vi.advanceTimersByTimeAsync(1_000);
    }
  };
  told.joined(member);
  await commits(20);
  refused = false;
  await commits(2);
  refused = true;
  await commits(20);
  // Another membership begins anew.
  told.joined(member);
  await commits(20);
  expect(left).toBe(0);
  await commits(20);
  expect(left).toBe(1);
  told.left();
  vi.useRealTimers();
});
