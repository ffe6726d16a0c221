import {type Instance, network} from "./instance.ts";

/** Image of every pod's sandbox container; loaded at start, since there is no registry. */
export const SANDBOX_IMAGE = "docker.io/telemetry-operator/pause:1";

/** The node's configuration files: path below the instance's folder → text. */
export function configFiles(instance: Instance): Record<string, string> {
  return {
    "etc/containerd.toml": containerd(instance),
    "etc/cni/10-bridge.conflist": JSON.stringify(cni, null, 2),
    "etc/kubelet.json": JSON.stringify(kubelet(instance), null, 2),
    "etc/kube-proxy.json": JSON.stringify(kubeProxy(instance), null, 2),
    "etc/Corefile": corefile(instance),
    // Pods get the cluster's DNS only; nothing outside can be reached from the namespace anyway.
    "etc/resolv.conf": "",
  };
}

const containerd = (instance: Instance) => `version = 2
root = "${instance.path("containerd")}"
state = "${instance.run("containerd")}"
oom_score = 0
disabled_plugins = ["io.containerd.internal.v1.opt", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.devmapper"]

[grpc]
  address = "${instance.run("containerd.sock")}"

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${SANDBOX_IMAGE}"
  # Without CAP_SYS_RESOURCE no process may lower its OOM score.
  restrict_oom_score_adj = true
  disable_apparmor = true

[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = "/usr/lib/cni"
  conf_dir = "${instance.path("etc", "cni")}"

[plugins."io.containerd.grpc.v1.cri".containerd]
  snapshotter = "overlayfs"
  default_runtime_name = "runc"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
  SystemdCgroup = false
  Root = "${instance.run("runc")}"
`;

const cni = {
  cniVersion: "1.0.0",
  name: "pods",
  plugins: [
    {
      type: "bridge",
      bridge: "cni0",
      isGateway: true,
      ipMasq: true,
      hairpinMode: true,
      ipam: {
        type: "host-local",
        ranges: [[{subnet: network.podCIDR, gateway: network.podGateway}]],
        routes: [{dst: "0.0.0.0/0"}],
      },
    },
    {type: "portmap", capabilities: {portMappings: true}},
  ],
};

const kubelet = (instance: Instance) => ({
  apiVersion: "kubelet.config.k8s.io/v1beta1",
  kind: "KubeletConfiguration",
  authentication: {
    anonymous: {enabled: false},
    // Prometheus shows the token of its account.
    webhook: {enabled: true},
    x509: {clientCAFile: instance.path("pki", "ca.crt")},
  },
  authorization: {mode: "Webhook"},
  cgroupDriver: "cgroupfs",
  cgroupRoot: `/${instance.cgroup}`,
  failCgroupV1: false,
  containerRuntimeEndpoint: `unix://${instance.run("containerd.sock")}`,
  clusterDNS: [network.dnsServiceIP],
  clusterDomain: "cluster.local",
  resolvConf: instance.path("etc", "resolv.conf"),
  podLogsDir: instance.path("logs", "pods"),
  oomScoreAdj: 0,
  failSwapOn: false,
  // A collected image could never be pulled again. Under DiskPressure the kubelet collects whatever the thresholds say, but for images
  // younger than this since it started; Debian's containerd cannot pin them.
  imageMinimumGCAge: "87600h",
  imageGCHighThresholdPercent: 100,
  imageGCLowThresholdPercent: 99,
  evictionHard: {"memory.available": "100Mi", "nodefs.available": "1%", "imagefs.available": "1%"},
  maxPods: 200,
  nodeStatusUpdateFrequency: "5s",
  syncFrequency: "5s",
});

const kubeProxy = (instance: Instance) => ({
  apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
  kind: "KubeProxyConfiguration",
  clientConnection: {kubeconfig: instance.path("pki", "kube-proxy.kubeconfig")},
  clusterCIDR: network.podCIDR,
  hostnameOverride: network.nodeName,
  mode: "iptables",
  // The namespace may not write the connection-tracking limits.
  conntrack: {maxPerCore: 0, min: 0, tcpEstablishedTimeout: "0s", tcpCloseWaitTimeout: "0s"},
});

const corefile = (instance: Instance) => `.:53 {
    bind ${network.podGateway}
    errors
    ready ${network.podGateway}:8181
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        kubeconfig ${instance.path("pki", "coredns.kubeconfig")} telemetry-${instance.name}
        pods insecure
        ttl 5
    }
    template ANY ANY . {
        rcode NXDOMAIN
    }
    cache 5
}
`;

/** Objects that every cluster starts with. */
export const bootstrapObjects = [
  {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: {name: "standard", annotations: {"storageclass.kubernetes.io/is-default-class": "true"}},
    provisioner: "telemetry.dev/local",
    allowVolumeExpansion: true,
    reclaimPolicy: "Delete",
    volumeBindingMode: "WaitForFirstConsumer",
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: {name: "system:coredns"},
    rules: [
      {apiGroups: [""], resources: ["endpoints", "services", "pods", "namespaces"], verbs: ["list", "watch"]},
      {apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"]},
    ],
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: {name: "system:coredns"},
    roleRef: {apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "system:coredns"},
    subjects: [{apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "system:coredns"}],
  },
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: {name: "kube-dns", namespace: "kube-system", labels: {"k8s-app": "kube-dns"}},
    spec: {
      clusterIP: network.dnsServiceIP,
      ports: [
        {name: "dns", port: 53, protocol: "UDP"},
        {name: "dns-tcp", port: 53, protocol: "TCP"},
      ],
    },
  },
  {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      name: "kube-dns",
      namespace: "kube-system",
      labels: {
        "kubernetes.io/service-name": "kube-dns",
        "endpointslice.kubernetes.io/managed-by": "telemetry-embedded",
      },
    },
    addressType: "IPv4",
    endpoints: [{addresses: [network.podGateway], conditions: {ready: true}}],
    ports: [
      {name: "dns", port: 53, protocol: "UDP"},
      {name: "dns-tcp", port: 53, protocol: "TCP"},
    ],
  },
];
