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
  /** Folders of the repository, with node and the production dependencies. */
  node?: string[];
}

export const images: Image[] = [
  {
    name: "telemetry-operator/operator",
    tag: "dev",
    dir: "operator",
    base: "bookworm",
    node: ["operator", "cdk8s"],
  },
  {name: "telemetry-operator/workloads", tag: "dev", dir: "workloads", base: "bookworm", node: ["workloads"]},
  {name: "telemetry-operator/kafka", tag: "4.3.1", dir: "cluster/images/kafka", base: "bookworm", maven: true},
  {name: "telemetry-operator/cassandra", tag: "5.0.6", dir: "cluster/images/cassandra", base: "bookworm", maven: true},
  {name: "telemetry-operator/prometheus", tag: "0.85.0", dir: "cluster/images/prometheus", base: "trixie", go: true},
  {name: "telemetry-operator/timescaledb", tag: "17-2.19", dir: "workloads/timescaledb", base: "trixie"},
];

export const referenceOf = ({name, tag}: Image): string => `docker.io/${name}:${tag}`;

export const buildDir = join(repository, ".build");

/** The docker archive of an image. */
export const archiveOf = (image: Image): string =>
  join(buildDir, "images", `${image.name.split("/")[1]}-${image.tag}.tar`);
