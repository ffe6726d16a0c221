import {OPTIONAL_COMPONENTS, resolveSpec} from "../api/pipeline.ts";
import {bytesOf, coresOf, secondsOf} from "../api/quantities.ts";
import type {Manifests} from "../cdk8s/component.ts";
import {defaultImages} from "../cdk8s/context.ts";
import {components} from "../operator/components/all.ts";
import {installation} from "../operator/install.ts";
import {plan} from "../operator/reconcile/plan.ts";
import type {KubeObject} from "../operator/runtime/types.ts";

/** The table of docs/reference/sizing.md, from the plan of each profile. */
export const PROFILES = ["Dev", "Small", "Production"] as const;

/** Pods alike, and what each of them requests: cores and bytes. */
interface Pods {
  count: number;
  cpu: number;
  memory: number;
  volume: number;
}

/** The spec that switches on what no profile has. */
const everyComponent = Object.fromEntries(OPTIONAL_COMPONENTS.map((name) => [name, {enabled: true}]));

/** A spec with every component, and all that is watched of them. */
export const everything = resolveSpec({
  ...everyComponent,
  event: {mapping: {}},
  timescaledb: {
    backup: {
      schedule: "0 2 * * *",
      drill: "30 4 * * 0",
      method: "PointInTime",
      s3: {bucket: "backups", secret: "bucket"},
    },
  },
});

const GIB = 2 ** 30;
const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);

const pods = (count: number, requests: {cpu: string; memory: string}[], volumes: string[] = []): Pods => ({
  count,
  cpu: sum(requests.map(({cpu}) => coresOf(cpu))),
  memory: sum(requests.map(({memory}) => bytesOf(memory))),
  volume: sum(volumes.map(bytesOf)),
});

/** What the pods of an object request; of upstream's resources, those that their operators make of it. */
function podsOf({kind, spec}: KubeObject): Pods[] {
  if (kind === "Deployment" || kind === "StatefulSet") {
    const requests = spec.template.spec.containers.map(({resources}: any) => resources.requests);
    const claims = (spec.volumeClaimTemplates ?? []).map(({spec: claim}: any) => claim.resources.requests.storage);
    return [pods(spec.replicas, requests, claims)];
  }
  if (kind === "Kafka") {
    const {topicOperator, userOperator} = spec.entityOperator;
    return [pods(1, [topicOperator.resources.requests, userOperator.resources.requests])];
  }
  if (kind === "KafkaNodePool") {
    return [
      pods(
        spec.replicas,
        [spec.resources.requests],
        spec.storage.volumes.map(({size}: any) => size),
      ),
    ];
  }
  if (kind === "K8ssandraCluster") {
    const {datacenters, resources, containers, storageConfig} = spec.cassandra;
    const beside = containers.flatMap((container: any) => container.resources?.requests ?? []);
    const {storage} = storageConfig.cassandraDataVolumeClaimSpec.resources.requests;
    return datacenters.map(({size}: any) => pods(size, [resources.requests, ...beside], [storage]));
  }
  if (kind === "FlinkDeployment") {
    const slots = Number(spec.flinkConfiguration["taskmanager.numberOfTaskSlots"]);
    const requests = ({resource: {cpu, memory}}: any) => [
      {cpu: String(cpu), memory: `${Number.parseInt(memory, 10)}Mi`},
    ];
    return [
      pods(1, requests(spec.jobManager)),
      pods(Math.ceil(spec.job.parallelism / slots), requests(spec.taskManager)),
    ];
  }
  if (kind === "Seaweed") {
    const {master, volume, filer, s3} = spec;
    const {storage} = volume.requests;
    return [
      pods(volume.replicas, [volume.requests], [storage]),
      pods(master.replicas, [master.requests]),
      pods(filer.replicas, [filer.requests], [filer.persistence.resources.requests.storage]),
      pods(s3.replicas, [s3.requests]),
    ];
  }
  if (kind === "PersistentVolumeClaim")
    return [{count: 0, cpu: 0, memory: 0, volume: bytesOf(spec.resources.requests.storage)}];
  return [];
}

/** The pods of each component of a profile, those included that no profile has. */
function componentsOf(profile: (typeof PROFILES)[number]): Map<string, Pods[]> {
  const spec = resolveSpec({profile, ...everyComponent});
  const context = {name: "fleet", namespace: "default", spec, images: defaultImages, passwords: {}};
  return new Map(plan(context).map(({component, objects}) => [component.name, objects.flatMap(podsOf)]));
}

const figure = (value: number): string => String(Math.round(value * 100) / 100);
const memory = (bytes: number): string => (bytes < GIB ? `${bytes / 2 ** 20} MiB` : `${figure(bytes / GIB)} GiB`);
const size = (bytes: number): string => `${figure(bytes / GIB)} GiB`;

const shown = (all: Pods[]): string =>
  all
    .toSorted((a, b) => Number(a.count === 0) - Number(b.count === 0))
    .map(({count, cpu, memory: bytes, volume}) =>
      count === 0
        ? `${size(volume)} volume`
        : `${count} × ${figure(cpu)} CPU, ${memory(bytes)}${volume > 0 ? `, ${size(volume)} volume` : ""}`,
    )
    .join("; ");

function total(all: Pods[]): string {
  const of = (field: "cpu" | "memory" | "volume") => sum(all.map((one) => Math.max(1, one.count) * one[field]));
  return `**${figure(of("cpu"))} CPU, ${(of("memory") / GIB).toFixed(1)} GiB, volumes ${size(of("volume"))}**`;
}

/** Beside the sum: it is there to try a pipeline with. */
const SIMULATOR = "simulator";

/** One row a component that every profile has and the sum, then what is beside it. */
export function sizingRows(): string[][] {
  const profiles = PROFILES.map(componentsOf);
  const row = (title: string, names: string[], print = shown) => [
    title,
    ...profiles.map((components) => print(names.flatMap((name) => components.get(name) ?? []))),
  ];
  const isOptional = ({name}: Manifests) => OPTIONAL_COMPONENTS.includes(name);
  const withPods = components.filter(
    ({name}) => name !== SIMULATOR && profiles.some((profile) => profile.get(name)?.length),
  );
  const standard = withPods.filter((component) => !isOptional(component));
  const operator = shown((installation() as KubeObject[]).flatMap(podsOf));
  return [
    ...standard.map(({title, name}) => row(title, [name])),
    row(
      "**sum**",
      standard.map(({name}) => name),
      total,
    ),
    row("simulator (`spec.simulator.enabled`, the default): a pod for each 10,000 vehicles or 20,000 events/s", [
      SIMULATOR,
    ]),
    ...withPods.filter(isOptional).map(({title, name}) => row(`${title} (\`spec.${name}.enabled\`)`, [name])),
    ["telemetry-operator, for all pipelines", ...PROFILES.map(() => operator)],
  ];
}

/** What an event takes, in bytes: where each figure comes from is said on docs/sizing.md. */
const EVENT_BYTES = {kafka: 200, timescaledb: 160, cassandra: 70};
const MOST_COPIES = 3;
/** How full a volume may be. */
const FULL = 0.8;

/** Of each profile, how many events a second its volumes hold until the retention drops them. */
export function roomRows(): string[][] {
  const specs = PROFILES.map((profile) => resolveSpec({profile}));
  const fits = (bytes: number, volumes: number, storage: string, kept: string): string => {
    const share = Math.min(MOST_COPIES, volumes) / volumes;
    const events = (bytesOf(storage) * FULL) / (secondsOf(kept) * bytes * share);
    return `${Number(events.toPrecision(2)).toLocaleString("en")} (${kept})`;
  };
  return [
    [
      "Kafka (`topic.retention`)",
      ...specs.map(({kafka: {replicas, storage, topic}}) =>
        fits(EVENT_BYTES.kafka, replicas, storage, topic.retention),
      ),
    ],
    [
      "TimescaleDB (`retention`)",
      ...specs.map(({timescaledb: {storage, retention}}) => fits(EVENT_BYTES.timescaledb, 1, storage, retention)),
    ],
    [
      "Cassandra (`ttl`)",
      ...specs.map(({cassandra: {size: nodes, storage, ttl}}) => fits(EVENT_BYTES.cassandra, nodes, storage, ttl)),
    ],
  ];
}
