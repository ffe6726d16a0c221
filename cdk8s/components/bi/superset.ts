import {createHash} from "node:crypto";
import {readFileSync} from "node:fs";
import {join} from "node:path";
import type {Chart} from "cdk8s";
import {k8s} from "cdk8s-plus-28";
import {type PodOptions, withoutResources} from "../../../api/pod.ts";
import type {PlanContext} from "../../component.ts";
import {containerResources, containerSecurity, credentialsAnnotation, env} from "../../context.ts";
import {podTemplate} from "../../pod-template.ts";
import {jobOf} from "../../workload.ts";
import {makeDatabase, ownDatabaseClient} from "../timescaledb/own-database.ts";
import {biName, database, keyEnv, LOGIN_NAMES, loginEnv, PORT} from "./client.ts";
import {type Server, serverFiles} from "./server.ts";
import {lakeOf} from "./sources.ts";

const FOLDER = "/etc/superset";
const HOME = "/home/superset";
const FILES = ["superset_config.py", "lake.py", "setup.py", "start.py"];

const scripts = (): Record<string, string> =>
  Object.fromEntries(FILES.map((file) => [file, readFileSync(join(import.meta.dirname, "python", file), "utf8")]));

/** A mark of what the database is set up for: a server waits for its own. */
const versionOf = (context: PlanContext): string =>
  createHash("sha256")
    .update(JSON.stringify([context.images.superset, scripts()]))
    .digest("hex")
    .slice(0, 16);

/** Superset as a process of a pod; its database is another's until the Job has been at work. */
function container(context: PlanContext, name: string, program: string, options?: PodOptions): k8s.Container {
  const {url, sizing} = context.spec.bi;
  const own = ownDatabaseClient(context, database(context));
  return {
    name,
    image: context.images.superset,
    command: ["python3", `${FOLDER}/${program}`],
    env: [
      ...own.env,
      ...lakeOf(context).env,
      ...env({
        SUPERSET_CONFIG_PATH: `${FOLDER}/superset_config.py`,
        SUPERSET_HOME: HOME,
        BI_VERSION: versionOf(context),
        BI_PORT: PORT,
        ...(url ? {BI_PUBLIC_URL: url} : {}),
      }),
      keyEnv(context, "BI_SESSION_KEY"),
    ],
    resources: containerResources(context, sizing.superset, options),
    securityContext: containerSecurity,
    volumeMounts: [
      {name: "home", mountPath: HOME},
      {name: "tmp", mountPath: "/tmp"},
      {name: "config", mountPath: FOLDER, readOnly: true},
      ...serverFiles(context).mounts,
    ],
  };
}

const volumes = (context: PlanContext): k8s.Volume[] => [
  {name: "home", emptyDir: {}},
  {name: "tmp", emptyDir: {}},
  {name: "config", configMap: {name: `${biName(context)}-config`}},
  ...serverFiles(context).volumes,
];

/** The Job that makes the database on a server of ours, brings it to this version of Superset, and sets passwords and roles of its logins. */
function setUp(chart: Chart, context: PlanContext): void {
  const options = withoutResources(context.spec.bi.pod);
  const main = container(context, "setup", "setup.py");
  const variables = [...main.env!, ...loginEnv(context, ...LOGIN_NAMES)];
  const initContainers = makeDatabase(context, database(context));
  const held = [...variables, ...initContainers.flatMap((container) => container.env!)];
  const template = podTemplate(
    context,
    options,
    {labels: {...chart.labels}, annotations: credentialsAnnotation(context, held)},
    {
      restartPolicy: "OnFailure",
      ...(initContainers.length > 0 ? {initContainers} : {}),
      containers: [{...main, env: variables, terminationMessagePolicy: "FallbackToLogsOnError"}],
      volumes: volumes(context),
    },
  );
  jobOf(chart, `${biName(context)}-setup`, template, options);
}

export const superset: Server = {
  prepare(chart, context) {
    const name = `${biName(context)}-config`;
    new k8s.KubeConfigMap(chart, `ConfigMap-${name}`, {metadata: {name}, data: scripts()});
    setUp(chart, context);
  },
  pod: (context) => ({
    container: container(context, "superset", "start.py", context.spec.bi.pod),
    volumes: volumes(context),
  }),
  health: "/health",
};
