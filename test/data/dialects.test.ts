import {readFileSync} from "node:fs";
import {afterAll, beforeAll, describe, expect} from "vitest";
import {parse} from "yaml";
import {DATABASES} from "../../api/stores.ts";
import {messagesOf, RANGE, SCHEMA} from "./dialects.ts";
import {runProgram} from "./ingester.ts";
import {test} from "./lanes.ts";
import {makeDatabase, prepareSchemas} from "./prepare.ts";
import {type Registry, startRegistry} from "./registry.ts";
import {stack} from "./shared.ts";

/** The example as a user applies it: what it says of events, for the programs of its pods. */
const {mapping, fields} = parse(readFileSync("examples/own-vehicles.yaml", "utf8")).spec.event;

let registry: Registry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.stop());

describe.each(DATABASES)("%s", (store) => {
  test("the example's five dialects come in one topic, and each event is there as it was meant", async ({open}) => {
    const trial = await open(store, {partitions: 4});
    const name = `dialects_${store}`;
    const env = {
      ...(await makeDatabase(stack, name)),
      CASSANDRA_KEYSPACE: name,
      SCHEMA_REGISTRY_URL: registry.url,
      EVENT_MAPPING: JSON.stringify(mapping),
      EVENT_FIELDS: JSON.stringify(fields),
    };
    await prepareSchemas(stack, env, [store]);
    const schema = await registry.register(`${trial.topic}-value`, SCHEMA);
    await trial.start(env);
    const messages = messagesOf(schema);
    for (const {key, value} of messages) await trial.sendRaw(key, value);
    const sent = messages.flatMap(({events}) => events);
    await trial.caughtUp();
    expect(await trial.deadLetters()).toEqual([]);
    const program = {...trial.environment, ...env};
    const audited = JSON.parse(await runProgram("workloads/audit/main.ts", [], program));
    expect(audited).toMatchObject({rows: sent.length, missing: 0, extra: 0, altered: 0});
    for (const [vehicle, events] of Map.groupBy(sent, ({vehicle_id}) => vehicle_id)) {
      const range = [...RANGE, "--limit", "1000"];
      const lines = await runProgram("workloads/query/main.ts", ["query", "--vehicle", vehicle, ...range], program);
      const found = lines
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
      expect(found.sort((a, b) => a.timestamp.localeCompare(b.timestamp))).toEqual(events);
    }
  });
});
