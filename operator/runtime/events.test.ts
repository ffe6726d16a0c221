import {expect, test} from "vitest";
import type {KubeClient} from "./client.ts";
import {createEventRecorder} from "./events.ts";
import {createLogger} from "./logger.ts";

const log = createLogger("test");
log.level = "silent";
const about = {apiVersion: "v1", kind: "X", metadata: {name: "fleet", namespace: "a", uid: "1"}};

test("equal Events become one write, different ones do not, and a failed write hurts nobody", async () => {
  const sent: any[] = [];
  const client = {
    apply: async (_: unknown, object: unknown) => {
      sent.push(object);
      throw new Error("away");
    },
  } as unknown as KubeClient;
  const recorder = createEventRecorder(client, log, "operator");
  for (let i = 0; i < 100; i++) recorder.record(about, "Warning", "Broken", "why");
  recorder.record(about, "Warning", "Broken", `another ${"x".repeat(5_000)}`);
  expect(sent.map(({reason, count}) => [reason, count])).toEqual([
    ["Broken", 1],
    ["Broken", 1],
  ]);
  expect(sent[0]).toMatchObject({involvedObject: {name: "fleet", uid: "1"}, type: "Warning", message: "why"});
  expect(sent[1].message).toHaveLength(1_000);
  expect(sent[0].metadata.name).not.toBe(sent[1].metadata.name);
});
