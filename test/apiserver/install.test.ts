import {readFileSync} from "node:fs";
import {join} from "node:path";
import {setTimeout as sleep} from "node:timers/promises";
import {expect, test} from "vitest";
import {parseAllDocuments} from "yaml";
import {kubectl} from "../../cluster/lifecycle.ts";
import {waitFor} from "../../cluster/shell.ts";
import {instance} from "./cluster.ts";

/** The first way in: one file for kubectl. */
const apply = ["apply", "--server-side", "-f", "install.yaml"];

test("install.yaml is taken server-side, a second time without a change, and goes without a rest", async () => {
  expect(await kubectl(instance, apply)).toMatch(/deployment.apps\/telemetry-operator serverside-applied/);
  const versions = () =>
    kubectl(instance, ["get", "-f", "install.yaml", "-o", "jsonpath={.items[*].metadata.resourceVersion}"]);
  // Kubernetes is still at work on what was made a moment ago.
  const before = await waitFor("objects at rest", 240_000, async () => {
    const one = await versions();
    await sleep(2_000);
    return (await versions()) === one && one;
  });
  await kubectl(instance, apply);
  expect(await versions()).toBe(before);
  // The definition stays: other tests use it, and so does whoever has pipelines.
  const objects = parseAllDocuments(readFileSync("install.yaml", "utf8")).map((document) => document.toJS());
  const mine = objects.filter(({kind}) => kind !== "CustomResourceDefinition");
  await kubectl(
    instance,
    ["delete", "-f", "-", "--wait=true"],
    mine.map((object) => JSON.stringify(object)).join("\n---\n"),
  );
  await expect(kubectl(instance, ["get", "clusterrole", "telemetry-operator"])).rejects.toThrow(/not found/);
}, 600_000);

test("the definition is taken client-side too: it fits into the annotation that keeps it", async () => {
  const definition = join(import.meta.dirname, "../../crds/telemetrypipelines.telemetry.dev.yaml");
  const out = await kubectl(instance, ["apply", "--dry-run=server", "-f", definition]);
  expect(out).toMatch(/telemetrypipelines.telemetry.dev (created|configured|unchanged)/);
}, 600_000);
