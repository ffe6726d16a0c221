import {biName} from "../../cdk8s/components/bi/client.ts";
import {bi as manifests} from "../../cdk8s/components/bi/manifests.ts";
import {
  allReady,
  type Component,
  jobDone,
  type Readiness,
  replicasReady,
  serverSecrets,
  type View,
  waiting,
  withWords,
} from "./component.ts";

const VERSIONS = {Superset: "6.1.0", Metabase: "0.64.1"};

/** Metabase or Superset, and its keeper. */
export const bi: Component = {
  ...manifests,
  dependsOn: ["timescaledb"],
  version: ({bi}) => VERSIONS[bi.provider],
  secrets: ({bi: {database}}) => serverSecrets("spec.bi.database", database, ["username", "password", "database"]),
  // Processes that wait for the database say less than the Job that sets it up, and the keeper less than the server.
  readiness: (live) =>
    allReady(
      live.toSorted((a, b) => rank(a) - rank(b)),
      {Job: jobDone, Deployment: replicasReady},
    ),
  observe: describe,
  pollMs: () => 30_000,
};

type Live = Parameters<Component["readiness"]>[0][number];
const rank = (object: Live): number => (object?.kind === "Job" ? 0 : object?.metadata.name.endsWith("-keeper") ? 2 : 1);

/** A keeper that is not ready says why; one that is names what is missing, and what people edited. */
async function describe(readiness: Readiness, {name, namespace, getJson}: View): Promise<Readiness> {
  if (!readiness.ready && readiness.reason !== "DeploymentNotReady") return readiness;
  const url = `http://${biName({name})}-keeper.${namespace}.svc.cluster.local:8080/status`;
  const said = await getJson(url).catch(() => undefined);
  if (!said) return readiness;
  const {problem, edited, missing} = said;
  if (!readiness.ready) return problem === null ? readiness : waiting("BiNotProvisioned", problem);
  const words = [
    ...(missing.length > 0 ? [`not made yet: ${missing.join(", ")}`] : []),
    ...(edited.length > 0 ? [`edited by people, so kept as they are: ${edited.join(", ")}`] : []),
  ];
  return withWords(readiness, ...words);
}
