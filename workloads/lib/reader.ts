import type {EventMapping} from "../../api/components/event.ts";
import type {Message} from "../../api/event/path.ts";
import {createReader, readsKeys} from "../../api/event/read.ts";
import type {Schemas} from "../../api/registry/schemas.ts";
import {eventColumns} from "./event-columns.ts";

export interface EventReader {
  mapping: EventMapping;
  schemas: Schemas | undefined;
  read: ReturnType<typeof createReader>;
  /**
   * Resolves when `read` can read all of them; undefined if it can. Rejects when the schema registry does not answer.
   *
   * @param since ms since the epoch: what was not there later than this is not asked for again. Default: now.
   */
  prepare(messages: Message[], since?: number): Promise<void> | undefined;
}

/**
 * The reader of the pipeline's events, by EVENT_MAPPING: what spec.event.mapping says, as JSON; and by EVENT_FIELDS. With
 * SCHEMA_REGISTRY_URL it reads a registry's wire format too, with SCHEMA_REGISTRY_USERNAME and _PASSWORD, or _TOKEN, and _CA_FILE.
 */
export async function eventReader(): Promise<EventReader> {
  const mapping = JSON.parse(process.env.EVENT_MAPPING || "{}");
  const schemas = await schemasOf(process.env, readsKeys(mapping, eventColumns()));
  return {
    mapping,
    schemas,
    read: createReader(mapping, eventColumns(), schemas),
    prepare: (messages, since) => schemas?.prepare(messages, since),
  };
}

async function schemasOf(env: NodeJS.ProcessEnv, keys: boolean) {
  if (!env.SCHEMA_REGISTRY_URL) return undefined;
  const {openRegistry} = await import("../../api/registry/client.ts");
  const {createSchemas} = await import("../../api/registry/schemas.ts");
  const registry = openRegistry({
    url: env.SCHEMA_REGISTRY_URL,
    username: env.SCHEMA_REGISTRY_USERNAME,
    password: env.SCHEMA_REGISTRY_PASSWORD,
    token: env.SCHEMA_REGISTRY_TOKEN,
    caFile: env.SCHEMA_REGISTRY_CA_FILE,
  });
  return createSchemas(registry, {keys});
}
