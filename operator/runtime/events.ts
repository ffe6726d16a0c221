import {createHash} from "node:crypto";
import type {KubeClient} from "./client.ts";
import type {Logger} from "./logger.ts";
import {builtin, type KubeObject} from "./types.ts";

/** Tells people what happened to an object, as `kubectl describe` and `kubectl get events` show it. */
export interface EventRecorder {
  /** Never throws and never waits: an Event that cannot be written is logged and lost. */
  record(about: KubeObject, type: "Normal" | "Warning", reason: string, message: string): void;
}

/** Equal Events within this time become one write, with their count. */
const QUIET_MS = 10_000;
/** Remembered Events; the oldest is forgotten first, which only costs its count. */
const LIMIT = 4_096;
const MAX_MESSAGE = 1_000;

export function createEventRecorder(client: KubeClient, log: Logger, component: string): EventRecorder {
  const recorded = new Map<string, {count: number; first: string; written: number}>();
  return {
    record(about, type, reason, text) {
      const message = text.slice(0, MAX_MESSAGE);
      const {name, namespace = "default", uid} = about.metadata;
      const id = createHash("sha256").update([uid, type, reason, message].join("\0")).digest("hex").slice(0, 16);
      const now = new Date().toISOString().replace(/\.\d+/, "");
      const entry = recorded.get(id) ?? {count: 0, first: now, written: 0};
      entry.count++;
      recorded.delete(id);
      recorded.set(id, entry);
      if (recorded.size > LIMIT) recorded.delete(recorded.keys().next().value!);
      if (Date.now() - entry.written < QUIET_MS) return;
      entry.written = Date.now();
      const {apiVersion, kind} = about;
      const event = {
        apiVersion: "v1",
        kind: "Event",
        metadata: {name: `${name}.${id}`, namespace},
        involvedObject: {apiVersion, kind, name, namespace, uid},
        type,
        reason,
        message,
        count: entry.count,
        firstTimestamp: entry.first,
        lastTimestamp: now,
        source: {component},
      };
      client.apply(builtin.event, event, {fieldManager: component, metadataOnly: true}).catch((error: Error) => {
        log.warn({reason, error: error.message}, "event could not be written");
      });
    },
  };
}
