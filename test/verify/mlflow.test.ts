import {mkdirSync, rmSync} from "node:fs";
import {join} from "node:path";
import {afterAll, expect, test} from "vitest";
import {buildDir} from "../../cluster/images/catalog.ts";
import {HEALTH_FEATURES} from "../../workloads/predictions/health/features.ts";
import {rootfsOf} from "../data/rootfs.ts";
import type {Server} from "../data/server.ts";
import {loopback, postgresOf, type Stack, sqlAs, startTimescaledb} from "../data/stack.ts";
import {mlflowCases, mlflowDatabase} from "../mlflow/cases.ts";
import {asUser, installMlflow, mlflowServer} from "../mlflow/server.ts";

/** The cases of test/data/mlflow.test.ts, with MLflow's own server; then its Python reads what is there. */
const folder = join(buildDir, `mlflow-${process.pid}`);
const tracking = mlflowServer(loopback(2), folder);
const address = loopback(0);
let database: Server;
const MODEL = "models:/fleets.cold.cooling-unit@production";
const SCRIPT = `
import hashlib, json, numpy, onnxruntime, mlflow
from pathlib import Path

row = numpy.zeros((2, ${HEALTH_FEATURES.length}), numpy.float32)
row[1, 0] = 1
session = onnxruntime.InferenceSession(mlflow.onnx.load_model("${MODEL}").SerializeToString())
by_onnx = session.run(["probabilities"], {"features": row})[0][:, 1]
model = mlflow.pyfunc.load_model("${MODEL}")
by_pyfunc = model.predict({"features": row})["probabilities"][:, 1]
path = Path(mlflow.artifacts.download_artifacts("${MODEL}")) / "model.onnx"
print(json.dumps({
    "by_onnx": by_onnx.round(4).tolist(),
    "by_pyfunc": by_pyfunc.round(4).tolist(),
    "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    "features": model.metadata.metadata["features"],
}))
`;

mlflowCases(async () => {
  mkdirSync(folder, {recursive: true});
  await installMlflow();
  const [root] = (await rootfsOf(["timescaledb"])) as [string];
  database = await startTimescaledb(root, address, join(folder, "database"));
  const servers = {timescaledb: {address}, cassandra: {address}};
  return {stack: {servers, password: postgresOf(address).password} as unknown as Stack, tracking};
});

afterAll(async () => {
  await database?.stop();
  rmSync(folder, {recursive: true, force: true});
}, 120_000);

test("a user of MLflow's Python loads the version that predicts by its alias, and it scores as ours does", async () => {
  const said = JSON.parse((await asUser(tracking, folder, SCRIPT)).trim().split("\n").at(-1)!);
  // The log-odds of the model that was judged last are 5.
  const scores = [0.0067, 0.9933].map((score) => expect.closeTo(score, 4));
  expect(said).toMatchObject({by_onnx: scores, by_pyfunc: scores, features: [...HEALTH_FEATURES]});
  const login = postgresOf(address, mlflowDatabase());
  expect(await sqlAs(login, "SELECT sha256 FROM model WHERE stage = 'production'")).toEqual([{sha256: said.sha256}]);
});
