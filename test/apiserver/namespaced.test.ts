import {afterAll, beforeAll, expect, test} from "vitest";
import {parseAllDocuments} from "yaml";
import {crd, telemetryPipeline} from "../../api/crd.ts";
import {kubectl} from "../../cluster/lifecycle.ts";
import {waitFor} from "../../cluster/shell.ts";
import {builtin, type KubeObject} from "../../operator/runtime/types.ts";
import {chart, helmFor} from "../helm.ts";
import {instance, kubeconfig} from "./cluster.ts";
import {startFakes} from "./fakes.ts";
import * as h from "./harness.ts";

/** The operator as the chart installs it with `watchNamespace`: a Role there, none for the cluster, and nobody else's pipelines. */
const {admin} = h;
let operator: h.RunningOperator;
let stopFakes: () => Promise<void>;

beforeAll(async () => {
  await h.applyUpstreamCrds();
  await h.applyCrds([crd() as unknown as KubeObject]);
  await Promise.all(["own", "foreign", "narrow"].map(h.namespace));
  const text = await helmFor(kubeconfig)(
    ...["template", "telemetry", chart, "--namespace", "narrow", "--set", "watchNamespace=own", "--no-hooks"],
    ...["--set", "crds.install=false"],
  );
  const objects: KubeObject[] = parseAllDocuments(text).flatMap((document) => document.toJS() ?? []);
  const wide = objects.filter(({kind}) => kind.startsWith("Cluster")).map(({kind}) => kind);
  expect(wide).toEqual([]);
  const inNamespace = objects.map((object) => ({
    ...object,
    metadata: {...object.metadata, namespace: object.metadata.namespace ?? "narrow"},
  }));
  const token = await h.installedToken(inNamespace, "narrow");
  stopFakes = startFakes(admin);
  operator = await h.startOperator({token, namespace: "own"});
}, 600_000);
afterAll(async () => {
  await operator.stop();
  await h.removeAllPipelines();
  await stopFakes();
});

test("a pipeline of its namespace becomes Ready, changes and goes; one elsewhere is not looked at", async () => {
  await h.applyPipeline("foreign");
  await h.applyPipeline("own");
  await h.untilReady("own");
  await h.applyPipeline("own", {cassandra: {enabled: false}, simulator: {vehicles: 9}});
  await h.untilReady("own");
  await h.removePipeline("own");
  await h.untilObjects("own", "everything but credentials and the operator's own rights to go", (names) =>
    names.every((name) => h.isKept(name) || /\/telemetry-operator$/.test(name)),
  );
  expect((await h.getPipeline("foreign"))?.status).toBeUndefined();
  expect((await h.objectsIn("foreign")).size).toBe(0);
});

test("a pipeline of an operator elsewhere, whose Lease it may not read, is left alone until it is let go by hand", async () => {
  const spec = (vehicles: number) => ({cassandra: {enabled: false}, simulator: {vehicles}});
  await h.applyPipeline("own", spec(5));
  await h.untilReady("own");
  const ref = {name: "fleet", namespace: "own"};
  const elsewhere = "elsewhere/telemetry-operator";
  await admin.patch(telemetryPipeline, ref, {metadata: {annotations: {"telemetry.dev/operator": elsewhere}}});
  await h.applyPipeline("own", spec(6));
  await waitFor("an Event", 240_000, async () => {
    const {items} = await admin.list(builtin.event, {namespace: "own"});
    return items.some(
      (event: any) => event.reason === "OperatedByAnother" && /kubectl annotate tp fleet/.test(event.message),
    );
  });
  expect((await h.getPipeline("own"))?.status).toMatchObject({vehicles: 5});
  await kubectl(instance, [
    ...["annotate", "tp", "fleet", "-n", "own", "--overwrite"],
    "telemetry.dev/operator=telemetry-system/telemetry-operator",
  ]);
  await waitFor("the change", 240_000, async () => (await h.getPipeline("own"))?.status?.vehicles === 6);
  await h.removePipeline("own");
});

test("the operator needed no right that its Role does not give, but to look at a Lease elsewhere", () => {
  expect(operator.forbidden.filter((message) => !/leases.*"elsewhere"/.test(message))).toEqual([]);
  expect(operator.written.filter((call) => !/\/namespaces\/own\//.test(call))).toEqual([]);
});
