import {run} from "../../cluster/shell.ts";
import {startCluster} from "../e2e/cluster.ts";
import {type Cluster, embedded, user} from "../e2e/steps.ts";

/**
 * Where the contract is tested: the embedded cluster with its stand-ins, or the one of `make contract KUBECONFIG=…`, on which the
 * product and the upstream operators are installed already.
 */
const foreign = process.env.CONTRACT_KUBECONFIG;

export const cluster: Cluster = foreign
  ? {
      kubeconfig: foreign,
      kubectl: (args, input) => run("kubectl", ["--kubeconfig", foreign, ...args], input === undefined ? {} : {input}),
    }
  : embedded;

export const begin = (): Promise<void> => (foreign ? Promise.resolve() : startCluster());

/** What a pipeline of the contract is made of: with an upstream operator that is not there, a component is left out. */
export const components = (process.env.CONTRACT_COMPONENTS ?? "kafka,cassandra,flink").split(",");
export const has = (component: string): boolean => components.includes(component);

/** The smallest pipeline with them. */
export const spec = (more: object = {}): object => ({
  cassandra: {enabled: has("cassandra")},
  flink: {enabled: has("flink"), window: "10s"},
  simulator: {vehicles: 5},
  observability: {console: {enabled: false}},
  ...more,
});

export const stores = ["timescaledb", ...(has("cassandra") ? ["cassandra"] : [])];

const NAMESPACE = "contract";
export const own = user(NAMESPACE, cluster);
export const removeNamespace = () => cluster.kubectl(["delete", "namespace", NAMESPACE, "--timeout=300s"]);

/** The upstream operators and their versions, by their images; an embedded cluster without them has stand-ins. */
export async function providers(): Promise<Record<string, string>> {
  const {items} = JSON.parse(await cluster.kubectl(["get", "deployments", "-A", "-o", "json"]));
  const images: string[] = items.flatMap(({spec}: any) => spec.template.spec.containers.map(({image}: any) => image));
  const versionOf = (name: string) =>
    images
      .find((image) => image.includes(name))
      ?.split(":")
      .at(-1) ?? "stand-in";
  return {
    kafka: `Strimzi ${versionOf("strimzi/operator")}`,
    cassandra: `K8ssandra ${versionOf("k8ssandra-operator")}, cass-operator ${versionOf("cass-operator")}`,
    flink: `Flink operator ${versionOf("flink-kubernetes-operator")}`,
  };
}
