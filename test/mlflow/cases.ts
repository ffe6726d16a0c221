import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll, beforeAll, expect, test, vi} from "vitest";
import {parse} from "yaml";
import {HEALTH_FEATURES} from "../../workloads/predictions/health/features.ts";
import {runProgram} from "../data/ingester.ts";
import {makeDatabase} from "../data/prepare.ts";
import {postgresOf, type Stack, sqlAs} from "../data/stack.ts";
import {onnxOf} from "../onnx.ts";

/** An MLflow tracking server of a test's. */
export interface Tracking {
  url: string;
  username: string;
  password: string;
  start(): Promise<void>;
  /** What it holds is there again with the next start. */
  stop(): Promise<void>;
}

/** The name of the database that the cases fill. */
export const mlflowDatabase = (): string => `mlflow_${process.pid}`;

const MODEL = "cooling-unit";
const [NAME, EXPERIMENT] = [`fleets.cold.${MODEL}`, "fleets/cold"];
const [VEHICLES, ROWS] = [20, 50];

/**
 * A database, the programs that write table `model`, and an MLflow: `test/data/mlflow.test.ts` has the stand-in, `test/verify/mlflow.test.ts` MLflow itself.
 */
export function mlflowCases(servers: () => Promise<{stack: Stack; tracking: Tracking}>): void {
  // The tests go on with what the ones before have left.
  vi.setConfig({maxConcurrency: 1});
  const folder = mkdtempSync(join(tmpdir(), "mlflow-"));
  const database = mlflowDatabase();
  let tracking: Tracking;
  let env: Record<string, string>;
  let sql: (statement: string) => Promise<any[]>;
  /** The ONNX of each of our versions. */
  const onnx: Buffer[] = [];

  beforeAll(async () => {
    const {stack, ...more} = await servers();
    tracking = more.tracking;
    await makeDatabase(stack, database);
    const host = stack.servers.timescaledb.address;
    sql = (statement) => sqlAs(postgresOf(host, database), statement);
    env = {
      ...{PGHOST: host, PGUSER: "telemetry", PGPASSWORD: stack.password, PGDATABASE: database},
      ...{NAMESPACE: "fleets", PIPELINE: "cold", MLFLOW_EXPERIMENT_NAME: EXPERIMENT},
      ...{MLFLOW_TRACKING_URI: tracking.url, MLFLOW_TRACKING_USERNAME: tracking.username},
      MLFLOW_TRACKING_PASSWORD: tracking.password,
    };
    await tracking.start();
  }, 1_800_000);
  afterAll(async () => {
    await tracking?.stop();
    rmSync(folder, {recursive: true, force: true});
  }, 120_000);

  /** The last step of a training, whose model tells what happens, or what does not. */
  async function judge(leaf: number, what: "right" | "wrong", target: Record<string, number> = {max: -12}) {
    const work = join(folder, `${what}${leaf}`);
    mkdirSync(work, {recursive: true});
    const model = onnxOf([{feature: 0, value: 0.5, low: -leaf, high: leaf}], HEALTH_FEATURES.length);
    onnx.push(model);
    for (const [name, content] of Object.entries(trainingOf(leaf, what === "right", target)))
      writeFileSync(join(work, name), content);
    writeFileSync(join(work, "model.onnx"), model);
    return JSON.parse(await runProgram("workloads/predictions/training/judge.ts", [MODEL], {...env, WORK: work}));
  }
  /** The same of one that had nothing to learn from. */
  async function judgeNothing(more: Record<string, string> = {}) {
    const work = join(folder, "nothing");
    mkdirSync(work, {recursive: true});
    writeFileSync(join(work, "result.json"), JSON.stringify({skipped: "not enough data yet"}));
    return JSON.parse(
      await runProgram("workloads/predictions/training/judge.ts", [MODEL], {...env, WORK: work, ...more}),
    );
  }
  const models = async (task: string[], more: Record<string, string> = {}) =>
    (await runProgram("workloads/predictions/versions.ts", task, {...env, ...more}))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
  const list = async (more: Record<string, string> = {}) =>
    (await models(["list"], more)).map(({version, stage, MLflow}) => [version, stage, MLflow]);

  async function ask(path: string, request: {method?: string; body?: object} = {}): Promise<Response> {
    const answer = await fetch(`${tracking.url}/api/2.0/${path}`, {
      method: request.method ?? "GET",
      headers: {
        authorization: `Basic ${Buffer.from(`${tracking.username}:${tracking.password}`).toString("base64")}`,
        "content-type": "application/json",
      },
      ...(request.body ? {body: JSON.stringify(request.body)} : {}),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  }
  const json = async (...call: Parameters<typeof ask>): Promise<any> => (await ask(...call)).json();
  const pairs = (list: {key: string; value: any}[]) => Object.fromEntries(list.map(({key, value}) => [key, value]));

  /** All that MLflow has of the pipeline. */
  async function content() {
    const {experiment} = await json(`mlflow/experiments/get-by-name?experiment_name=${encodeURIComponent(EXPERIMENT)}`);
    const body = {experiment_ids: [experiment.experiment_id], max_results: 100};
    const {runs} = await json("mlflow/runs/search", {method: "POST", body});
    const {registered_model: model} = await json(`mlflow/registered-models/get?name=${NAME}`);
    const versions: any[] = [];
    for (let page: string | undefined = ""; page !== undefined; ) {
      const token: string = page ? `&page_token=${page}` : "";
      const found = await json(`mlflow/model-versions/search?filter=${encodeURIComponent(`name='${NAME}'`)}${token}`);
      versions.push(...(found.model_versions ?? []));
      page = found.next_page_token || undefined;
    }
    versions.sort((a, b) => Number(a.version) - Number(b.version));
    return {experiment, runs, model, versions};
  }
  /** By our number, each version's stage, and the one that the alias names. */
  async function standing() {
    const {model, versions, runs} = await content();
    const ours = versions.map(({tags}) => pairs(tags));
    for (const [at, {run_id}] of versions.entries()) {
      const run = runs.find(({info}: any) => info.run_id === run_id);
      expect(pairs(run.data.tags)["telemetry.stage"]).toBe(ours[at]!["telemetry.stage"]);
    }
    const named = (model.aliases ?? []).find(({alias}: any) => alias === "production")?.version;
    const at = versions.findIndex(({version}) => version === named);
    return {
      stages: ours.map((tags) => `${tags["telemetry.version"]} ${tags["telemetry.stage"]}`),
      production: at < 0 ? undefined : Number(ours[at]!["telemetry.version"]),
    };
  }
  const file = async (run: any, path: string) => {
    const root = run.info.artifact_uri.slice("mlflow-artifacts:/".length);
    return Buffer.from(await (await ask(`mlflow-artifacts/artifacts/${root}/${path}`)).arrayBuffer());
  };

  test("a training that is judged is a run with its figures, and a version whose model is the ONNX, byte for byte", async () => {
    const {version, stage, card, mlflow} = await judge(3, "right");
    expect({version, stage, mlflow}).toEqual({version: 1, stage: "production", mlflow: "up to date"});
    const {
      runs: [run, ...others],
      versions: [entry],
    } = await content();
    expect(others).toEqual([]);
    expect(run.info).toMatchObject({run_name: `${MODEL} 1`, status: "FINISHED"});
    const metrics = pairs(run.data.metrics);
    for (const whose of ["model", "rule"])
      expect(metrics).toMatchObject({
        [`auc/${whose}`]: card[whose].auc,
        [`average_precision/${whose}`]: card[whose].averagePrecision,
        [`recall/${whose}`]: card[whose].recall,
        [`false_alarms/${whose}`]: card[whose].falseAlarms,
      });
    expect(metrics["average_precision/model"]).toBeGreaterThan(metrics["average_precision/rule"]);
    expect(metrics.threshold).toBe(card.threshold);
    expect(pairs(run.data.params)).toMatchObject({
      "data.rows": String(VEHICLES * ROWS),
      "data.source": "timescaledb",
      "target.max": "-12",
      "libraries.onnx": "1.20.0",
    });
    const tags = {
      ...{
        "telemetry.namespace": "fleets",
        "telemetry.pipeline": "cold",
        "telemetry.model": MODEL,
        "telemetry.version": "1",
      },
      ...{"telemetry.stage": "production", "telemetry.data_sha256": card.dataSha256},
    };
    expect(pairs(run.data.tags)).toMatchObject(tags);
    expect(entry).toMatchObject({version: "1", run_id: run.info.run_id, source: `${run.info.artifact_uri}/model`});
    expect(pairs(entry.tags)).toMatchObject(tags);
    expect(entry.description).toMatch(/^Version 1 of cooling-unit: average precision 1\.000, of the rule 0\.\d{3}\.$/);
    expect((await file(run, "model/model.onnx")).equals(onnx[0]!)).toBe(true);
    expect(JSON.parse(String(await file(run, "card.json")))).toEqual(card);
    expect(parse(String(await file(run, "model/MLmodel")))).toMatchObject({
      flavors: {onnx: {data: "model.onnx"}, python_function: {loader_module: "mlflow.onnx"}},
      metadata: {features: [...HEALTH_FEATURES]},
    });
    expect(await standing()).toEqual({stages: ["1 production"], production: 1});
  });

  test("one that was refused is there with the reason, and the alias stays", async () => {
    const {stage, card} = await judge(2, "wrong");
    expect(stage).toBe("refused");
    expect(await standing()).toEqual({stages: ["1 production", "2 refused"], production: 1});
    const {versions} = await content();
    expect(pairs(versions[1].tags)["telemetry.refusal"]).toBe(card.refusal);
    expect(versions[1].description).toContain("Refused: no better than the rule");
  });

  test("the alias follows a promotion and a roll back, to the rule as well", async () => {
    expect(await judge(4, "right")).toMatchObject({version: 3, stage: "production"});
    expect(await standing()).toEqual({stages: ["1 archived", "2 refused", "3 production"], production: 3});
    const rollback = ["rollback", "--model", MODEL];
    expect(await models(rollback)).toEqual([{model: MODEL, predicts: 1, mlflow: "up to date"}]);
    expect(await standing()).toEqual({stages: ["1 production", "2 refused", "3 candidate"], production: 1});
    expect(await models(rollback)).toEqual([{model: MODEL, predicts: "the rule", mlflow: "up to date"}]);
    expect(await standing()).toEqual({stages: ["1 candidate", "2 refused", "3 candidate"], production: undefined});
    await models(["promote", "--model", MODEL, "--number", "3"]);
    expect(await standing()).toMatchObject({production: 3});
    expect(await list()).toEqual([
      [3, "production", "version 3, production"],
      [2, "refused", "version 2"],
      [1, "candidate", "version 1"],
    ]);
  });

  test("a run that finds all there changes nothing", async () => {
    const before = await content();
    expect(await judgeNothing()).toEqual({skipped: "not enough data yet", mlflow: "up to date"});
    expect(await content()).toEqual(before);
  });

  test("with MLflow away a training goes on, the user is told, and the next run makes up for all of it", async () => {
    await tracking.stop();
    const {version, stage, mlflow} = await judge(5, "right");
    expect({version, stage}).toEqual({version: 4, stage: "production"});
    const words = /not up to date.*MLflow http\S+ does not answer: .*: check spec\.predictions\.mlflow\.url/;
    expect(mlflow).toMatch(words);
    const [{predicts, mlflow: told}] = await models(["rollback", "--model", MODEL]);
    expect({predicts, told}).toEqual({predicts: 3, told: expect.stringMatching(words)});
    expect((await list())[0]).toEqual([4, "candidate", "unknown"]);
    expect(await sql("SELECT version FROM model WHERE stage = 'production'")).toEqual([{version: 3}]);
    await tracking.start();
    expect(await judgeNothing()).toMatchObject({mlflow: "up to date"});
    const stages = ["1 candidate", "2 refused", "3 production", "4 candidate"];
    expect(await standing()).toEqual({stages, production: 3});
  });

  test("a wrong login is told with the field, and fails nothing", async () => {
    const wrong = {MLFLOW_TRACKING_PASSWORD: "no"};
    const {skipped, mlflow} = await judgeNothing(wrong);
    expect(skipped).toBe("not enough data yet");
    expect(mlflow).toMatch(
      /answers 401: You are not authenticated\.?.*: check the login in spec\.predictions\.mlflow\.secret/,
    );
    expect((await list(wrong))[0]).toEqual([4, "candidate", "unknown"]);
  });

  test("an entry that went missing is made anew of its run, and two programs at once enter it once", async () => {
    const before = await content();
    const lost = before.versions.at(-1);
    await ask("mlflow/model-versions/delete", {method: "DELETE", body: {name: NAME, version: lost.version}});
    expect((await list())[0]).toEqual([4, "candidate", "missing"]);
    const both = await Promise.all([judgeNothing(), models(["promote", "--model", MODEL, "--number", "4"])]);
    expect(both).toMatchObject([{mlflow: "up to date"}, [{mlflow: "up to date"}]]);
    const {runs, versions} = await content();
    expect(runs).toHaveLength(before.runs.length);
    expect(versions.map(({run_id}) => run_id)).toEqual(before.versions.map(({run_id}) => run_id));
    expect((await standing()).production).toBe(4);
  });

  test("a version that MLflow does not take is told with its words, and keeps no other out", async () => {
    const {version, mlflow} = await judge(6, "right", {"max!": -12});
    expect({version, mlflow}).toEqual({
      version: 5,
      mlflow: expect.stringMatching(/^not up to date, .* answers 400: INVALID_PARAMETER_VALUE: .*max!/),
    });
    expect((await judge(7, "wrong")).mlflow).toBe(mlflow);
    await models(["rollback", "--model", MODEL]);
    expect(await list()).toMatchObject([
      [6, "refused", "version 6"],
      [5, "candidate", "missing"],
      [4, "production", "version 5, production"],
      [3, "archived", "version 3"],
      [2, "refused", "version 2"],
      [1, "candidate", "version 1"],
    ]);
  });
}

/** The files of a training's folder: it happens in one row of five, which the first feature tells; the rule tells it from time to time. */
function trainingOf(
  leaf: number,
  isRight: boolean,
  target: Record<string, number>,
): Record<string, string | Uint8Array> {
  const rows = Array.from({length: VEHICLES * ROWS}, (_, at) => at);
  const happens = (at: number) => at % 5 === 0;
  const tells = (at: number) => (isRight ? happens(at) : (at * 7_919) % 101 < 20);
  const width = HEALTH_FEATURES.length;
  const features = new Float32Array(rows.length * width);
  for (const at of rows) features[at * width] = tells(at) ? 1 : 0;
  const floats = (score: (at: number) => number) => new Uint8Array(Float32Array.from(rows, score).buffer);
  const meta = {
    ...{
      model: MODEL,
      features: [...HEALTH_FEATURES],
      source: "timescaledb",
      step: 86_400,
      target,
    },
    ...{since: "2026-10-01T00:00:00.000Z", until: "2026-10-31T00:00:00.000Z"},
    ...{
      rows: rows.length,
      positives: rows.length / 5,
      vehicles: VEHICLES,
      testVehicles: VEHICLES,
      testPositives: rows.length / 5,
    },
    files: {},
  };
  const training = {seconds: 1.5, libraries: {onnx: "1.20.0", python: "3.13.5"}, parameters: {leaf, isRight}};
  return {
    "meta.json": JSON.stringify(meta),
    "training.json": JSON.stringify(training),
    "features.f32": new Uint8Array(features.buffer),
    "labels.u8": Uint8Array.from(rows, (at) => Number(happens(at))),
    "rule.f32": floats((at) => (happens(at) && at % 3 > 0 ? 0.6 : ((at * 31) % 97) / 97)),
    "vehicles.i32": new Uint8Array(Int32Array.from(rows, (at) => Math.floor(at / ROWS)).buffer),
    "test.u8": Uint8Array.from(rows, () => 1),
    "scores.f32": floats((at) => 1 / (1 + Math.exp(tells(at) ? -leaf : leaf))),
  };
}
