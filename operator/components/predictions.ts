import {predictions as manifests, scorerName} from "../../cdk8s/components/predictions/manifests.ts";
import {
  allReady,
  type Component,
  type Readiness,
  refuseIdlePods,
  replicasReady,
  type View,
  waiting,
  webServerSecrets,
  withWords,
} from "./component.ts";

/** The scorer, and the jobs that train and that predict once a day. */
export const predictions: Component = {
  ...manifests,
  dependsOn: ["kafka", "timescaledb"],
  secrets: ({predictions: {mlflow}}) => webServerSecrets("spec.predictions.mlflow", mlflow),
  validate(_, {predictions: {replicas}, kafka: {topic}}) {
    refuseIdlePods("spec.predictions.replicas", replicas, topic);
  },
  readiness: (live) => allReady(live, {Deployment: replicasReady}),
  observe: describe,
  // Which model predicts comes by no watch.
  pollMs: () => 30_000,
};

/** What a scorer says of itself. */
interface Told {
  /** Why predictions are not stored, or warnings not sent. */
  problem: string | null;
  models: {name: string; version: number; problem?: string; refused?: string}[];
}

/** A scorer that is not ready says why; one that is names what predicts, and why no newer version does. */
async function describe(readiness: Readiness, {name, namespace, getJson}: View): Promise<Readiness> {
  if (!readiness.ready && readiness.reason !== "DeploymentNotReady") return readiness;
  const url = `http://${scorerName({name})}.${namespace}.svc.cluster.local:8080/status`;
  const told: Told | undefined = await getJson(url).catch(() => undefined);
  if (!told) return readiness;
  if (!readiness.ready) return told.problem === null ? readiness : waiting("PredictionsNotStored", told.problem);
  const words = told.models.map(({name: model, version, problem, refused}) => {
    const by = version === 0 ? "by its rule" : `version ${version}`;
    return [`${model} ${by}`, problem, refused].filter(Boolean).join(": ");
  });
  const problem = told.problem === null ? [] : [told.problem];
  return withWords(readiness, ...problem, ...words);
}
