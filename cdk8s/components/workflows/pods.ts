import type {Chart} from "cdk8s";
import {k8s} from "cdk8s-plus-28";
import {type PodOptions, withoutResources} from "../../../api/pod.ts";
import type {Sizing} from "../../../api/resources.ts";
import type {PlanContext} from "../../component.ts";
import {containerResources, containerSecurity, credentialsAnnotation, env} from "../../context.ts";
import {type PodTemplate, podTemplate} from "../../pod-template.ts";
import {fileMounts, fileVolumes, selectorOf, singleDeployment} from "../../workload.ts";
import {ownDatabaseClient} from "../timescaledb/own-database.ts";
import {API_PORT, database, workflowsName} from "./client.ts";
import {connectionFiles} from "./connections.ts";
import {dagsName, OUR_DAGS, YOUR_DAGS} from "./dags.ts";
import {environment, HEALTH_PORT, LOGS, STATSD_PORT} from "./environment.ts";
import {gitSync} from "./git-sync.ts";
import {loginOf} from "./login.ts";

export const METRICS_PORT = "metrics";
const HOME = "/home/airflow";
const WORKERS_FOLDER = "/etc/workers";

/** One process of Airflow. */
interface Part {
  /** The end of its name; the first has none. */
  suffix: string;
  command: string;
  sizing: Sizing;
  /** What the spec says of resources, which it says of the scheduler. */
  options?: PodOptions | undefined;
  /** Whether it reads the files of DAGs. */
  readsDags: boolean;
  /** Whether people log in there. */
  logsIn?: boolean;
  /** Whether it starts pods. */
  startsPods?: boolean;
  container?: Partial<k8s.Container>;
}

const get = (path: string, port: number): k8s.Probe => ({httpGet: {path, port: k8s.IntOrString.fromNumber(port)}});

/** Airflow takes half a minute of CPU to start; once it answers, only one that hangs is restarted. */
const probesOf = (ready: k8s.Probe, alive: k8s.Probe, hangSeconds: number) => ({
  startupProbe: {...alive, periodSeconds: 2, timeoutSeconds: 5, failureThreshold: 450},
  readinessProbe: {...ready, periodSeconds: 5, timeoutSeconds: 10, failureThreshold: 3},
  livenessProbe: {...alive, periodSeconds: 30, timeoutSeconds: 30, failureThreshold: hangSeconds / 30},
});

/** What the spec says of pods, for those beside the scheduler's: its resources are the scheduler's alone. */
export const besideScheduler = ({spec}: PlanContext): PodOptions => withoutResources(spec.workflows.pod);

/** The processes of a pipeline's Airflow. */
export function parts(context: PlanContext): Part[] {
  const {workflows} = context.spec;
  const {sizing, pod, executor, triggerer} = workflows;
  const health = get("/health", HEALTH_PORT);
  const scheduling = besideScheduler(context);
  return [
    {
      suffix: "",
      command: "api-server",
      sizing: sizing.api,
      options: scheduling,
      readsDags: false,
      logsIn: true,
      container: {
        ports: [{name: "http", containerPort: API_PORT}],
        ...probesOf(get("/api/v2/monitor/health", API_PORT), get("/api/v2/version", API_PORT), 180),
      },
    },
    {
      suffix: "-scheduler",
      command: "scheduler",
      sizing: sizing.scheduler,
      options: pod,
      // The executor Local runs their code here.
      readsDags: executor === "Local",
      startsPods: true,
      // It says that it is not well while the database is away too, which no restart would help.
      container: probesOf(health, health, 900),
    },
    {suffix: "-processor", command: "dag-processor", sizing: sizing.processor, options: scheduling, readsDags: true},
    ...(triggerer
      ? [
          {
            suffix: "-triggerer",
            command: "triggerer",
            sizing: sizing.triggerer,
            options: scheduling,
            readsDags: true,
            startsPods: true,
          },
        ]
      : []),
  ];
}

/** The container of a process of Airflow; its database is that of another version until the Job has been at work. */
export function airflow(
  context: PlanContext,
  name: string,
  args: string[],
  sizing: Sizing,
  options?: PodOptions,
): k8s.Container {
  return {
    name,
    image: context.images.airflow,
    args,
    env: environment(context),
    resources: containerResources(context, sizing, options),
    securityContext: containerSecurity,
    volumeMounts: [
      {name: "home", mountPath: HOME},
      {name: "tmp", mountPath: "/tmp"},
      {name: "logs", mountPath: LOGS},
      ...fileMounts(filesOf(context)),
    ],
  };
}

/** The volumes of those mounts. */
export const airflowVolumes = (context: PlanContext): k8s.Volume[] => [
  {name: "home", emptyDir: {}},
  {name: "tmp", emptyDir: {}},
  {name: "logs", persistentVolumeClaim: {claimName: logsName(context)}},
  ...fileVolumes(filesOf(context)),
];

/** Each Secret once. */
function filesOf(context: PlanContext) {
  const files = [...ownDatabaseClient(context, database(context)).files, ...connectionFiles(context)];
  return files.filter(({secret}, at) => files.findIndex((other) => other.secret === secret) === at);
}

export const logsName = (context: PlanContext): string => `${workflowsName(context)}-logs`;

/** Prometheus' exporter for what Airflow says by StatsD, which is to its own pod alone. */
const exporter = (context: PlanContext): k8s.Container => ({
  name: "statsd-exporter",
  image: context.images.airflow,
  command: ["statsd_exporter"],
  args: [`--statsd.listen-udp=127.0.0.1:${STATSD_PORT}`, "--statsd.listen-tcp=", "--web.listen-address=:9102"],
  env: env({GOMEMLIMIT: "48MiB"}),
  ports: [{name: METRICS_PORT, containerPort: 9102}],
  resources: containerResources(context, {cpu: "10m", memory: "64Mi"}),
  securityContext: containerSecurity,
});

/** The folders with DAGs: ours, and the user's by one of three ways. */
export function dagFolders(context: PlanContext): {mounts: k8s.VolumeMount[]; volumes: k8s.Volume[]} {
  const {configMap, claim, git} = context.spec.workflows.dags ?? {};
  // Of a ConfigMap of others the links of Kubernetes are left out in the same way.
  const ignoring = {configMap: {name: dagsName(context), items: [{key: ".airflowignore", path: ".airflowignore"}]}};
  const yours: k8s.Volume | undefined = configMap
    ? {name: "user-dags", projected: {sources: [{configMap: {name: configMap}}, ignoring]}}
    : claim
      ? {name: "user-dags", persistentVolumeClaim: {claimName: claim, readOnly: true}}
      : git
        ? {name: "user-dags", emptyDir: {}}
        : undefined;
  const mount = (name: string, mountPath: string) => ({name, mountPath, readOnly: true});
  return {
    mounts: [mount("dags", OUR_DAGS), ...(yours ? [mount("user-dags", YOUR_DAGS)] : [])],
    volumes: [{name: "dags", configMap: {name: dagsName(context)}}, ...(yours ? [yours] : [])],
  };
}

/** Waits for the database to be that of this version, then becomes the process. */
const START = 'airflow db check-migrations --migration-wait-timeout 900 && exec airflow "$0"';

function templateOf(chart: Chart, context: PlanContext, part: Part, labels: Record<string, string>): PodTemplate {
  const {suffix, command, sizing, options, readsDags, logsIn, startsPods, container = {}} = part;
  const folders = readsDags ? dagFolders(context) : {mounts: [], volumes: []};
  const login = logsIn ? loginOf(context) : undefined;
  const main = airflow(context, suffix.slice(1) || "api", [], sizing, options);
  const variables = [...main.env!, ...(login?.env ?? [])];
  return podTemplate(
    context,
    options,
    {
      labels: {...chart.labels, ...labels},
      annotations: {...credentialsAnnotation(context, variables), ...login?.annotations},
    },
    {
      ...(startsPods ? {serviceAccountName: workflowsName(context)} : {}),
      terminationGracePeriodSeconds: 60,
      containers: [
        {
          ...main,
          env: variables,
          command: ["sh", "-ec", START],
          args: [command],
          ...container,
          volumeMounts: [
            ...main.volumeMounts!,
            ...folders.mounts,
            ...(login?.mounts ?? []),
            ...(startsPods ? [{name: "workers", mountPath: WORKERS_FOLDER, readOnly: true}] : []),
          ],
        },
        exporter(context),
        ...(readsDags ? gitSync(context) : []),
      ],
      volumes: [
        ...airflowVolumes(context),
        ...folders.volumes,
        ...(login?.volumes ?? []),
        ...(startsPods ? [{name: "workers", configMap: {name: workersName(context), optional: true}}] : []),
      ],
    },
  );
}

export const workersName = (context: PlanContext): string => `${workflowsName(context)}-workers`;

/** A Deployment of one process of Airflow. */
export function deployment(chart: Chart, context: PlanContext, part: Part): void {
  const name = `${workflowsName(context)}${part.suffix}`;
  const template = templateOf(chart, context, part, selectorOf(context, {name}));
  // Two at a time would share the volume of the logs, which one node may have to itself.
  singleDeployment(chart, context, name, template, part.options);
}
