/** One long proof: what it shows, and the command that runs it from the repository's root. */
interface Part {
  shows: string;
  command: readonly string[];
}

const vitest = (file: string, project = "verify") => [
  "vitest",
  "run",
  "--project",
  project,
  `test/verify/${file}.test.ts`,
];

/** In the order in which `make verify` runs them. What `make test` has is not repeated here. */
export const parts: Record<string, Part> = {
  changes: {
    shows: "A live pipeline grows, is stopped, loses nodes and passwords, and is secured; no event is lost",
    command: vitest("changes"),
  },
  upgrade: {
    shows: "Kafka and Cassandra go up by one version live; the way back is refused",
    command: vitest("upgrade"),
  },
  contract: {
    shows:
      "What holds on any cluster, here on the stand-ins: two pipelines in one namespace, rotation, a node that dies, Stopped, Retain",
    command: ["make", "contract", "KUBECONFIG="],
  },
  flink: {
    shows:
      "The stream job survives killed processes, another parallelism, savepoints, own SQL and a move to a bucket, windows exact",
    command: vitest("flink"),
  },
  backup: {
    shows: "TimescaleDB comes back from a volume, from a point in time and from a base backup, row by row",
    command: vitest("backup"),
  },
  workflows: {
    shows:
      "Airflow with a pod for each task, an existing database, DAGs from git, every job of the platform, and its delay beside a CronJob's",
    command: vitest("workflows"),
  },
  "airflow-upgrade": {
    shows:
      "Airflow's database of the minor version before is migrated with its runs and logins, twice without another change",
    command: vitest("airflow-upgrade", "verify-data"),
  },
  mlflow: {
    shows:
      "MLflow's own server has a run, a version and an alias for each of our versions, catches up, and its Python loads and scores the ONNX",
    command: vitest("mlflow", "verify-data"),
  },
  predictions: {
    shows:
      "A model is trained on a fleet's half day, beats the rule, and warns of a failing unit before the limit is exceeded",
    command: vitest("predictions"),
  },
  warehouse: {
    shows:
      "Each process of Druid is killed, its metadata and its bucket are away, its topic grows; the counts stay exact",
    command: vitest("warehouse"),
  },
  "kube-score": {
    shows:
      "kube-score finds nothing in the examples' plans and install.yaml but what stays for a reason that is written down",
    command: ["node", "test/verify/kube-score/main.ts"],
  },
  console: {shows: "The console goes on when a store is switched off", command: vitest("console")},
  helm: {
    shows: "Helm takes over what kubectl installed, upgrades, tests, rolls back and uninstalls it",
    command: vitest("helm"),
  },
  examples: {shows: "Each example that fits on one node becomes Ready with exact stores", command: vitest("examples")},
  docs: {shows: "The commands of the documentation run as they stand", command: vitest("docs")},
  slow: {shows: "An API server of which every answer comes 2 to 5 seconds late", command: vitest("slow")},
  compatibility: {
    shows: "The API server's side on the other supported versions of Kubernetes",
    command: ["make", "compatibility"],
  },
  pressure: {
    shows: "Ten minutes of eight busy processes restart none of our pods",
    command: ["make", "bench", "PART=pressure"],
  },
  pictures: {
    shows: "The console shows 10,000 live vehicles, and its pictures in the docs are those of this commit",
    command: [
      "sh",
      "-ec",
      "trap 'make down NAME=pictures PURGE=1' EXIT; make up NAME=pictures; make screenshots NAME=pictures",
    ],
  },
  soak: {
    shows: "1,000 runs of random faults of the data plane are exact",
    command: ["make", "soak", "RUNS=1000", "LANES=8"],
  },
};
