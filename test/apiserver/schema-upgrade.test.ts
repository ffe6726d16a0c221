import {readdirSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {afterAll, beforeAll, expect, test} from "vitest";
import {parse} from "yaml";
import {crd, telemetryPipeline} from "../../api/crd.ts";
import type {KubeObject} from "../../operator/runtime/types.ts";
import {startFakes} from "./fakes.ts";
import * as h from "./harness.ts";

/** A cluster with a released definition and pipelines gets today's. */
const released = join(import.meta.dirname, "../released");
const examples = join(import.meta.dirname, "../../examples");
let stopFakes: () => Promise<void>;

beforeAll(async () => {
  await h.applyUpstreamCrds();
  stopFakes = startFakes(h.admin);
});
afterAll(async () => {
  await h.removeAllPipelines();
  await stopFakes();
});

test.each(readdirSync(released))(
  "pipelines of %s are kept, reconciled and changed under today's definition",
  async (file) => {
    const token = await h.operatorToken();
    await h.removeAllPipelines();
    await h.applyCrds([parse(readFileSync(join(released, file), "utf8"))]);
    const namespace = `from-${file.replace(/\.yaml$/, "").replaceAll(".", "-")}`;
    await h.namespace(namespace);
    const specs = {
      minimal: {},
      small: {profile: "Small"},
      own: parse(readFileSync(join(examples, "production.yaml"), "utf8")).spec,
    };
    for (const [name, spec] of Object.entries(specs)) await h.applyPipeline(namespace, spec, name);
    const before = (await h.getPipeline(namespace, "own"))!;

    await h.applyCrds([crd() as unknown as KubeObject]);
    expect((await h.getPipeline(namespace, "own"))?.spec).toEqual(before.spec);
    const operator = await h.startOperator({token});
    try {
      for (const name of Object.keys(specs)) await h.untilReady(namespace, name);
      const {metadata} = (await h.getPipeline(namespace, "own"))!;
      await h.admin.patch(telemetryPipeline, metadata, {spec: {simulator: {vehicles: 7}}});
      await h.untilReady(namespace, "own");
      // Back to the released definition, as a rollback does: the objects are still good.
      await h.applyCrds([parse(readFileSync(join(released, file), "utf8"))]);
      await h.admin.patch(telemetryPipeline, metadata, {spec: {simulator: {vehicles: 8}}});
      await h.untilReady(namespace, "own");
    } finally {
      await operator.stop();
      await h.applyCrds([crd() as unknown as KubeObject]);
    }
  },
);
