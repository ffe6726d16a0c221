import {readdirSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {expect, test} from "vitest";
import {components} from "../../operator/components/all.ts";

const folder = "operator/reconcile";
/** "ingester-timescaledb" is named by either half. */
const names = new Set(components.flatMap(({name}) => [name, ...name.split("-")]).filter((word) => word.length > 6));
names.add("kafka").add("flink");
/** Words of every Kubernetes operator. */
for (const common of ["monitoring", "network", "receiver", "operator"]) names.delete(common);

test("no file of the reconcile names a component: what is special to one is a hook of Component", () => {
  const files = readdirSync(folder).filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"));
  // The kinds' order of removal is a table of its own.
  const named = files
    .filter((file) => file !== "kinds.ts")
    .flatMap((file) => {
      const text = readFileSync(join(folder, file), "utf8").toLowerCase();
      return [...names].filter((name) => text.includes(name)).map((name) => `${file}: ${name}`);
    });
  expect(named).toEqual([]);
});
