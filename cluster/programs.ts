import {existsSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {parse} from "yaml";
import {type Instance, network, repository} from "./instance.ts";

/** One supervised process of the cluster. */
export interface Program {
  name: string;
  argv: string[];
  env?: Record<string, string>;
  /** Answers true once the next programs can start; absent: at once. */
  ready?: {tcp: [host: string, port: number]} | {socket: string};
}

/** What runs in an instance, in start order; one without a node has the control plane alone. */
export function programs(instance: Instance, bin: string): Program[] {
  if (instance.scope !== "cluster") return controlPlane(instance, bin);
  return [
    containerd(instance),
    ...controlPlane(instance, bin),
    ...nodePrograms(instance, bin),
    ...standIns(instance, bin),
  ];
}

/** What the stack gives Strimzi's operator: the stand-in goes by the same. */
function strimziEnvironment(): Record<string, string> {
  const values = parse(readFileSync(join(repository, "charts", "telemetry-stack", "values.yaml"), "utf8"));
  const variables: {name: string; value: string}[] = values["strimzi-kafka-operator"].extraEnvs;
  return Object.fromEntries(variables.map(({name, value}) => [name, value]));
}

const pki = (instance: Instance, file: string) => instance.path("pki", file);
const kubeconfig = (instance: Instance, user: string) => `--kubeconfig=${pki(instance, `${user}.kubeconfig`)}`;

const containerd = (instance: Instance): Program => ({
  name: "containerd",
  argv: ["/usr/bin/containerd", "--config", instance.path("etc", "containerd.toml")],
  ready: {socket: instance.run("containerd.sock")},
});

const controlPlane = (instance: Instance, bin: string): Program[] => [
  {
    name: "etcd",
    argv: [
      join(bin, "etcd"),
      `--data-dir=${instance.path("etcd")}`,
      "--listen-client-urls=http://127.0.0.1:2379",
      "--advertise-client-urls=http://127.0.0.1:2379",
      "--listen-peer-urls=http://127.0.0.1:2380",
      "--log-level=warn",
      // A throw-away cluster: speed over surviving a power cut.
      "--unsafe-no-fsync",
    ],
    ready: {tcp: ["127.0.0.1", 2379]},
  },
  {
    name: "kube-apiserver",
    argv: [
      join(bin, "kube-apiserver"),
      "--etcd-servers=http://127.0.0.1:2379",
      `--advertise-address=${network.nodeIP}`,
      `--secure-port=${network.apiPort}`,
      `--service-cluster-ip-range=${network.serviceCIDR}`,
      "--authorization-mode=Node,RBAC",
      "--enable-admission-plugins=NodeRestriction",
      "--allow-privileged=true",
      "--kubelet-preferred-address-types=InternalIP",
      `--client-ca-file=${pki(instance, "ca.crt")}`,
      `--token-auth-file=${pki(instance, "tokens.csv")}`,
      `--tls-cert-file=${pki(instance, "apiserver.crt")}`,
      `--tls-private-key-file=${pki(instance, "apiserver.key")}`,
      `--kubelet-client-certificate=${pki(instance, "apiserver-kubelet.crt")}`,
      `--kubelet-client-key=${pki(instance, "apiserver-kubelet.key")}`,
      "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
      `--service-account-key-file=${pki(instance, "sa.key")}`,
      `--service-account-signing-key-file=${pki(instance, "sa.key")}`,
      "--event-ttl=1h",
    ],
    ready: {tcp: ["127.0.0.1", network.apiPort]},
  },
  {
    name: "kube-controller-manager",
    argv: [
      join(bin, "kube-controller-manager"),
      kubeconfig(instance, "kube-controller-manager"),
      "--leader-elect=false",
      "--allocate-node-cidrs=false",
      "--use-service-account-credentials=true",
      `--root-ca-file=${pki(instance, "ca.crt")}`,
      `--service-account-private-key-file=${pki(instance, "sa.key")}`,
      `--cluster-signing-cert-file=${pki(instance, "ca.crt")}`,
      `--cluster-signing-key-file=${pki(instance, "ca.key")}`,
      // Without a node there is no pod to run, and no Job shall come up in the middle of a look at all objects.
      ...(instance.scope === "cluster" ? [] : ["--controllers=*,-cronjob-controller"]),
    ],
  },
];

const nodePrograms = (instance: Instance, bin: string): Program[] => [
  {
    name: "kube-scheduler",
    argv: [join(bin, "kube-scheduler"), kubeconfig(instance, "kube-scheduler"), "--leader-elect=false"],
  },
  {
    name: "kubelet",
    argv: [
      join(bin, "kubelet"),
      kubeconfig(instance, "kubelet"),
      `--config=${instance.path("etc", "kubelet.json")}`,
      `--root-dir=${instance.path("kubelet")}`,
      `--cert-dir=${instance.path("kubelet", "pki")}`,
      `--hostname-override=${network.nodeName}`,
      `--node-ip=${network.nodeIP}`,
    ],
  },
  {name: "kube-proxy", argv: [join(bin, "kube-proxy"), `--config=${instance.path("etc", "kube-proxy.json")}`]},
  {name: "coredns", argv: [join(bin, "coredns"), "-conf", instance.path("etc", "Corefile")]},
];

/** The programs that play the upstream operators; a release has none. */
function standIns(instance: Instance, bin: string): Program[] {
  const operators = join(repository, "cluster", "operators", "main.ts");
  if (!existsSync(operators)) return [];
  return [
    {
      name: "stand-in-operators",
      argv: [process.execPath, operators],
      env: {
        ...strimziEnvironment(),
        KUBECONFIG: pki(instance, "admin.kubeconfig"),
        VOLUMES_DIR: instance.path("volumes"),
        WITHOUT: instance.without.join(","),
        PATH: `${bin}:${process.env.PATH}`,
      },
    },
  ];
}
