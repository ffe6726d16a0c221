import type {Admin} from "kafkajs";
import {text} from "./environment.ts";

/** KAFKA_MORE_TOPICS, as JSON: topics of events beside KAFKA_TOPIC, by name or by a pattern of the whole name. */
export interface MoreTopics {
  names?: string[] | undefined;
  pattern?: string | undefined;
  /** Topics that the pattern does not mean: those of dead letters and alerts. */
  except?: string[];
}

/** The topics that events come in. */
export interface EventTopics {
  /** The one that always is. */
  main: string;
  /** Whether there can be others. */
  isMany: boolean;
  has(topic: string): boolean;
  /** Those that exist now, in the order of their names. */
  existing(admin: Admin): Promise<string[]>;
  /** Why topics that the spec names are not read, for people; undefined if all of them are found. */
  missing(found: string[]): string | undefined;
  /** The name of a partition for people and metrics: its number, or as Kafka writes it where a number alone could be of several topics. */
  nameOf(topic: string, partition: number): string;
}

export function topicsOf(main: string, {names = [], pattern, except = []}: MoreTopics): EventTopics {
  const isMany = names.length > 0 || pattern !== undefined;
  const named = new Set([main, ...names]);
  const matching = pattern === undefined ? undefined : new RegExp(`^(?:${pattern})$`);
  const isOther = (topic: string) => topic.startsWith("__") || except.includes(topic);
  const has = (topic: string) => named.has(topic) || (!isOther(topic) && Boolean(matching?.test(topic)));
  return {
    main,
    isMany,
    has,
    existing: async (admin) => (isMany ? (await admin.listTopics()).filter(has).sort() : [main]),
    missing(found) {
      const unseen = names.filter((name) => !found.includes(name));
      return unseen.length === 0
        ? undefined
        : `unreadable: topic ${unseen.join(", ")} does not exist, or the user may not describe it: create it, or give the user the rights Describe and Read`;
    },
    nameOf: (topic, partition) => (isMany ? `${topic}-${partition}` : String(partition)),
  };
}

/** Those of the environment. */
export const eventTopics = (): EventTopics =>
  topicsOf(text("KAFKA_TOPIC", "telemetry"), JSON.parse(process.env.KAFKA_MORE_TOPICS || "{}"));
