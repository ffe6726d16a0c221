import {afterAll, beforeAll, expect, test} from "vitest";
import {waitFor} from "../../cluster/shell.ts";
import {createClient} from "../../operator/runtime/client.ts";
import {startElection} from "../../operator/runtime/election.ts";
import {createLogger} from "../../operator/runtime/logger.ts";
import {builtin} from "../../operator/runtime/types.ts";
import {startFakes} from "../apiserver/fakes.ts";
import * as h from "../apiserver/harness.ts";
import {openTrouble} from "../apiserver/trouble.ts";

/** An API server of which every answer, and all that a watch tells, comes 2 to 5 seconds late. */
const {admin} = h;
const stop = new AbortController();
const log = createLogger("test");
log.level = "silent";
const LONG_MS = 300_000;
let api: Awaited<ReturnType<typeof openTrouble>>;
let operator: h.RunningOperator;
let stopFakes: () => Promise<void>;
let requests = 0;
const slow = () =>
  api.set((_incoming, _answer, pass) => {
    requests++;
    pass(2_000 + ((requests * 997) % 3_001));
  });

beforeAll(async () => {
  const token = await h.operatorToken();
  await h.applyUpstreamCrds();
  stopFakes = startFakes(admin);
  api = await openTrouble(h.config);
  operator = await h.startOperator({token, server: api.server});
  await Promise.all(["quick", "slow"].map(h.namespace));
});
afterAll(async () => {
  api.set();
  await operator.stop();
  await h.removeAllPipelines();
  await api.close();
  stop.abort();
  await stopFakes();
});

/** How often each object of a namespace was written by the operator, Events and the pipeline left out. */
function writesTo(namespace: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const call of operator.written) {
    const [, object = ""] = call.split(`/namespaces/${namespace}/`);
    // The names of Jobs end in a hash of what they do, addresses included.
    const name = object.replace(/-[0-9a-f]{8}$/, "");
    if (name && !/^(events|telemetrypipelines)\//.test(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

const untilReady = (namespace: string) =>
  waitFor("Ready", LONG_MS, async () => h.isReady((await h.getPipeline(namespace))?.status ?? {}));
const untilQuiet = () =>
  waitFor("silence", LONG_MS, async () => {
    const before = operator.writes();
    await new Promise((next) => setTimeout(next, 12_000));
    return operator.writes() === before;
  });

test("a pipeline becomes Ready all the same, by no more writes than with a quick server, and then there are none", async () => {
  await h.applyPipeline("quick");
  await untilReady("quick");
  await untilQuiet();
  slow();
  await h.applyPipeline("slow");
  await untilReady("slow");
  await untilQuiet();
  const more = [...writesTo("slow")].filter(([name, count]) => count > (writesTo("quick").get(name) ?? 0));
  expect(more).toEqual([]);
  expect([...writesTo("slow").keys()].sort()).toEqual([...writesTo("quick").keys()].sort());
}, 900_000);

test("what someone changed by hand is reverted once", async () => {
  const service = {name: "fleet-simulator", namespace: "slow"};
  const before = writesTo("slow").get("services/fleet-simulator")!;
  await admin.patch(builtin.service, service, {metadata: {labels: {"telemetry.dev/pipeline": "x"}}});
  await waitFor("the revert", LONG_MS, async () => {
    return (await admin.get(builtin.service, service))?.metadata.labels?.["telemetry.dev/pipeline"] === "fleet";
  });
  await untilQuiet();
  expect(writesTo("slow").get("services/fleet-simulator")).toBe(before + 1);
}, 900_000);

test("whoever leads keeps the Lease, and another that looks as slowly does not take it", async () => {
  slow();
  const stand = (identity: string) => {
    const client = createClient({...h.config, server: api.server});
    const options = {client, log, namespace: "slow", name: "lease", identity, signal: stop.signal};
    return startElection(options);
  };
  const first = stand("first");
  await first.elected;
  const second = stand("second");
  const events: string[] = [];
  void first.lost.then(() => events.push("first lost"));
  void second.elected.then(() => events.push("second leads"));
  const lease = () => admin.get(builtin.lease, {name: "lease", namespace: "slow"});
  const renewals = new Set<string>();
  await waitFor("a dozen renewals", LONG_MS, async () => renewals.add((await lease())?.spec.renewTime).size > 12);
  expect(events).toEqual([]);
  expect((await lease())?.spec.leaseTransitions).toBe(0);
  await first.release();
  await second.elected;
  await second.release();
}, 900_000);
