import {join} from "node:path";
import {repository} from "../instance.ts";
import {duckdbExtensions} from "./duckdb.ts";
import {seaweedfs} from "./seaweedfs.ts";
import type {Wheel} from "./wheel.ts";

export type Debian = "bookworm" | "trixie";

/** What an image, or a base of several, is built from: where its Dockerfile is and what is staged beside it. */
export interface Source {
  /** Folder of the Dockerfile. */
  dir: string;
  base: Debian | SharedBase;
  /** Java libraries of the folder's pom.xml, into `lib/`. */
  maven?: boolean;
  /** The Go module whose tools are its programs, into `bin/`. */
  go?: string;
  /** Programs that are published as packages of Python only. */
  wheels?: Wheel[];
  /** A file of pinned packages of Python, for the image's own Python of this version, into `python/`. */
  python?: {requirements: string; version: string};
  /** Packages of npm that few images have: folders of this checkout's node_modules. */
  modules?: string[];
  /** A folder with a Java agent, compiled against those into a jar of its name beside them. */
  agent?: string;
  /** Names of Druid's extensions, each by its pom-NAME.xml, with its libraries in `extensions/NAME/`. */
  extensions?: string[];
  /** An older version, by pom-older.xml, with its libraries in `older/`. */
  older?: boolean;
  /** Folders of the repository, without their tests. */
  folders?: string[];
  /** This machine's Node and the production dependencies. */
  node?: boolean;
}

/** One image of the project. */
export interface Image extends Source {
  name: string;
  tag: string;
  /** Of a component that few want and that takes minutes to build: `make up` loads it if `make images` has built it. */
  byRequest?: boolean;
}

/** What several images have in common: a node of the cluster loads the layer once. */
export const sharedBases = {
  java: {dir: "cluster/images/java", base: "bookworm"},
  node: {dir: "cluster/images/node", base: "bookworm", node: true},
} satisfies Record<string, Omit<Source, "base"> & {base: Debian}>;
export type SharedBase = keyof typeof sharedBases;

/** The shared base of an image; undefined for one that is built on Debian itself. */
const sharedBaseOf = ({base}: Source): Source | undefined => (sharedBases as Record<string, Source>)[base];

/** In the order in which a pipeline needs them: a later one is built and loaded while it starts. */
export const images: Image[] = [
  {
    name: "telemetry-operator/operator",
    tag: "0.1.0",
    dir: "operator",
    base: "node",
    folders: ["api", "operator", "cdk8s"],
  },
  {name: "telemetry-operator/workloads", tag: "0.1.0", dir: "workloads", base: "node", folders: ["api", "workloads"]},
  {
    name: "telemetry-operator/kafka",
    tag: "4.3.1",
    dir: "cluster/images/kafka",
    base: "java",
    maven: true,
    older: true,
  },
  {
    name: "telemetry-operator/cassandra",
    tag: "5.0.6",
    dir: "cluster/images/cassandra",
    base: "java",
    maven: true,
    agent: "exporter",
    older: true,
  },
  {name: "telemetry-operator/timescaledb", tag: "17-2.19", dir: "workloads/timescaledb", base: "trixie"},
  {
    name: "telemetry-operator/flink",
    tag: "2.2.1",
    dir: "workloads/flink",
    base: "java",
    maven: true,
    wheels: [
      {
        requirement: "apache-flink-libraries==2.2.1",
        sha256: "74dc5546fbd9add8fbcdf1222a237e09491f9b80296241aef8676ec56f8e686e",
        from: "pyflink",
        paths: [
          ...["dist", "table-api-java-uber", "table-planner-loader", "table-runtime", "json", "csv", "cep"].map(
            (part) => `lib/flink-${part}-2.2.1.jar`,
          ),
          ...["api", "core", "slf4j-impl"].map((part) => `lib/log4j-${part}-2.24.3.jar`),
          "lib/flink-connector-files-2.2.1.jar",
          // The SQL client checks statements; it does not start without Python's part.
          "opt/flink-sql-client-2.2.1.jar",
          "opt/flink-python-2.2.1.jar",
          "bin/bash-java-utils.jar",
          "plugins/metrics-prometheus/flink-metrics-prometheus-2.2.1.jar",
        ],
        folder: "flink",
      },
    ],
  },
  {
    name: "telemetry-operator/prometheus",
    tag: "0.85.0",
    dir: "cluster/images/prometheus",
    base: "trixie",
    go: "cluster/kube",
  },
  {
    name: "telemetry-operator/lake",
    tag: "0.1.0",
    dir: "workloads/lake",
    base: "node",
    folders: ["api", "workloads"],
    modules: ["@duckdb"],
    wheels: duckdbExtensions,
  },
  {
    name: "telemetry-operator/seaweedfs",
    tag: "4.48",
    dir: "workloads/seaweedfs",
    base: "bookworm",
    wheels: [seaweedfs],
  },
  {
    name: "telemetry-operator/airflow",
    tag: "3.3.2",
    dir: "workloads/airflow",
    base: "trixie",
    go: "workloads/airflow",
    python: {requirements: "requirements.txt", version: "3.13"},
    byRequest: true,
  },
  {
    // By the name of Apache's own, which users' clusters run.
    name: "apache/druid",
    tag: "33.0.0",
    dir: "cluster/images/druid",
    base: "java",
    maven: true,
    extensions: ["druid-datasketches", "druid-kafka-indexing-service", "druid-s3-extensions"],
    byRequest: true,
  },
  {
    name: "telemetry-operator/superset",
    tag: "6.1.0",
    dir: "workloads/superset",
    base: "bookworm",
    python: {requirements: "requirements.txt", version: "3.11"},
    wheels: duckdbExtensions,
    byRequest: true,
  },
  {
    name: "telemetry-operator/scorer",
    tag: "0.1.0",
    dir: "workloads/predictions",
    base: "node",
    folders: ["api", "workloads"],
    modules: ["@duckdb", "onnxruntime-node", "onnxruntime-common"],
    wheels: duckdbExtensions,
    byRequest: true,
  },
  {
    name: "telemetry-operator/training",
    tag: "0.1.0",
    dir: "workloads/training",
    base: "trixie",
    python: {requirements: "requirements.txt", version: "3.13"},
    byRequest: true,
  },
];

export const referenceOf = ({name, tag}: Image): string => `docker.io/${name}:${tag}`;

export const buildDir = join(repository, ".build");

/** What an image is called among ours. */
export const shortNameOf = ({name}: Image): string => name.split("/")[1]!;

/** The images of these names. */
export const imagesNamed = (names: string[]): Image[] => images.filter((image) => names.includes(shortNameOf(image)));

/** The docker archive of an image. */
export const archiveOf = (image: Image): string => join(buildDir, "images", `${shortNameOf(image)}-${image.tag}.tar`);

/** Holds the hash of what the archive was built from. */
export const stampOf = (image: Image): string => `${archiveOf(image)}.sha256`;

/** The folders and files of the repository that an image is made of. */
export function sourcesOf(source: Source): string[] {
  const shared = sharedBaseOf(source);
  return [
    source.dir,
    ...(source.folders ?? []),
    ...(source.go ? [`${source.go}/go.mod`, `${source.go}/go.sum`] : []),
    ...(source.node ? ["package-lock.json", "package.json"] : []),
    ...(shared ? sourcesOf(shared) : []),
  ];
}
