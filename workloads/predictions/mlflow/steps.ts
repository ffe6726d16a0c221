import {text} from "../../lib/environment.ts";
import {isRefusal} from "../../lib/refusal.ts";
import type {Version} from "../registry.ts";
import {isThere, type MlflowClient} from "./client.ts";
import {type Held, type HeldVersion, heldOf, TAGS} from "./differences.ts";
import {artifactsOf, descriptionOf, MODEL_FOLDER, metricsOf, type Owner, paramsOf, tagsOf} from "./entry.ts";

const PAGE = "200";
/** Of the version that predicts. */
export const ALIAS = "production";

export async function heldBy(mlflow: MlflowClient, name: string): Promise<Held> {
  const model = await mlflow.find("registered-models/get", {name});
  if (!model) return {versions: [], production: undefined};
  const versions: HeldVersion[] = [];
  let page = "";
  do {
    const answer = await mlflow.find("model-versions/search", {
      filter: `name='${name}'`,
      max_results: PAGE,
      ...(page ? {page_token: page} : {}),
    });
    for (const {version, run_id: runId, tags = []} of answer?.model_versions ?? [])
      versions.push({
        number: String(version),
        runId,
        tags: Object.fromEntries(tags.map(({key, value}: {key: string; value: string}) => [key, value])),
      });
    page = answer?.next_page_token ?? "";
  } while (page);
  const {aliases = []} = model.registered_model;
  const production = aliases.find(({alias}: {alias: string}) => alias === ALIAS)?.version;
  return {versions, production: production === undefined ? undefined : String(production)};
}

export async function registerModel(mlflow: MlflowClient, name: string, {namespace, pipeline}: Owner): Promise<void> {
  const description = `Of pipeline ${pipeline} in namespace ${namespace}, by telemetry-operator. The version of the alias ${ALIAS} predicts; without, the rule does.`;
  await mlflow.act("POST", "registered-models/create", {name, description}).catch((error) => {
    if (!isThere(error)) throw error;
  });
}

/** The registered version comes last: with it, all that belongs to it is there. */
export async function enter(
  mlflow: MlflowClient,
  {name, owner, version, onnx}: {name: string; owner: Owner; version: Version; onnx: Uint8Array},
): Promise<HeldVersion> {
  const tags = tagsOf(owner, version);
  const description = descriptionOf(version);
  const experiment = await experimentId(mlflow, text("MLFLOW_EXPERIMENT_NAME"));
  const {run_id: runId, artifact_uri: root} = await runOf(mlflow, experiment, version, [
    ...tags,
    {key: "mlflow.note.content", value: description},
    {key: "mlflow.source.name", value: "telemetry-operator"},
  ]);
  const folder = /^mlflow-artifacts:(?:\/\/[^/]*)?\/(.+)$/.exec(root)?.[1];
  if (folder === undefined)
    throw new Error(
      `MLflow keeps the artifacts of its experiment at ${root}, where it takes none by its API: start it with --serve-artifacts, and set spec.predictions.mlflow.experiment to a new one`,
    );
  await mlflow.act("POST", "runs/log-batch", {
    run_id: runId,
    metrics: metricsOf(version),
    params: paramsOf(version),
    tags,
  });
  for (const [path, content] of Object.entries(artifactsOf(version, onnx, runId)))
    await mlflow.put(`${folder}/${path}`, content);
  await mlflow.act("POST", "runs/update", {run_id: runId, status: "FINISHED", end_time: version.madeAt.getTime()});
  const {model_version: made} = await mlflow.act("POST", "model-versions/create", {
    name,
    source: `${root}/${MODEL_FOLDER}`,
    run_id: runId,
    description,
    tags,
  });
  return {number: String(made.version), runId, tags: Object.fromEntries(tags.map(({key, value}) => [key, value]))};
}

async function experimentId(mlflow: MlflowClient, name: string): Promise<string> {
  const find = () => mlflow.find("experiments/get-by-name", {experiment_name: name});
  const found =
    (await find()) ??
    (await mlflow.act("POST", "experiments/create", {name}).catch(async (error) => {
      if (!isThere(error)) throw error;
      return find();
    }));
  if (found.experiment?.lifecycle_stage === "deleted")
    throw new Error(
      `MLflow's experiment ${name} is deleted: restore it there, or set spec.predictions.mlflow.experiment to another`,
    );
  return found.experiment_id ?? found.experiment.experiment_id;
}

/** The run of a version: a new one, or that of an earlier try. */
async function runOf(
  mlflow: MlflowClient,
  experiment: string,
  {name, version, sha256, madeAt, card}: Version,
  tags: {key: string; value: string}[],
): Promise<{run_id: string; artifact_uri: string}> {
  const {runs: [found] = []} = await mlflow.act("POST", "runs/search", {
    experiment_ids: [experiment],
    filter: `tags.\`telemetry.model\` = '${name}' AND tags.\`${TAGS.version}\` = '${version}' AND tags.\`${TAGS.sha256}\` = '${sha256}'`,
    max_results: 1,
  });
  if (found) return found.info;
  const {run} = await mlflow.act("POST", "runs/create", {
    experiment_id: experiment,
    run_name: `${name} ${version}`,
    start_time: Math.round(madeAt.getTime() - card.trainingSeconds * 1_000),
    tags,
  });
  return run.info;
}

/** Of the run first: while the version's is the old one, both are set again. People may have deleted the run. */
export async function setStage(
  mlflow: MlflowClient,
  name: string,
  {number, runId}: HeldVersion,
  stage: string,
): Promise<void> {
  const tag = {key: TAGS.stage, value: stage};
  await mlflow.act("POST", "runs/set-tag", {run_id: runId, ...tag}).catch((error) => {
    if (!isRefusal(error, 400, 404)) throw error;
  });
  await mlflow.act("POST", "model-versions/set-tag", {name, version: number, ...tag});
}

export async function moveAlias(
  mlflow: MlflowClient,
  name: string,
  truth: Version[],
  held: Held,
  production: number | null,
): Promise<void> {
  if (production === null) {
    await mlflow.act("DELETE", "registered-models/alias", {name, alias: ALIAS});
    return;
  }
  const entry = heldOf(truth.find(({version}) => version === production)!, held);
  if (entry) await mlflow.act("POST", "registered-models/alias", {name, alias: ALIAS, version: entry.number});
}
