import {existsSync, readFileSync} from "node:fs";
import {run, step, succeeds} from "./shell.ts";

/** Options of apt-get: a download that fails is tried again, and another run of it is waited for. */
export const APT = ["-o", "Acquire::Retries=5", "-o", "DPkg::Lock::Timeout=300"];

/** Debian packages by the file that shows that they are there. */
const PACKAGES: Record<string, string> = {
  containerd: "/usr/bin/containerd",
  runc: "/usr/sbin/runc",
  "containernetworking-plugins": "/usr/lib/cni/bridge",
  iptables: "/usr/sbin/iptables",
  conntrack: "/usr/sbin/conntrack",
  iproute2: "/sbin/ip",
  openssl: "/usr/bin/openssl",
  "util-linux": "/usr/bin/unshare",
};

/**
 * Makes sure that the machine can run the cluster, and has the packages that it takes and `more` of them.
 *
 * @throws Error with one sentence that names what is missing
 */
export async function preflight(more: Record<string, string> = {}): Promise<void> {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Error(
      `the embedded cluster runs on Linux x86-64, not ${process.platform} ${process.arch}: use such a machine, or a virtual one`,
    );
  }
  if (process.getuid?.() !== 0) {
    throw new Error(
      'the embedded cluster makes namespaces and mounts: run make as root, or use "make up CLUSTER=kind"',
    );
  }
  await installPackages({...PACKAGES, ...more});
  await kernelFeatures();
}

/** Installs the packages whose file is missing. */
export async function installPackages(packages: Record<string, string>): Promise<void> {
  const missing = Object.entries(packages)
    .filter(([, file]) => !existsSync(file))
    .map(([name]) => name);
  if (missing.length === 0) return;
  if (!existsSync("/usr/bin/apt-get"))
    throw new Error(`these programs are missing and this is no Debian: ${missing.join(", ")}`);
  await step(`Debian packages: ${missing.join(" ")}`, async () => {
    const env = {...process.env, DEBIAN_FRONTEND: "noninteractive"};
    await run("apt-get", [...APT, "update", "-q"], {env});
    await run("apt-get", [...APT, "install", "-y", "-q", "--no-install-recommends", ...missing], {
      env,
    });
  });
}

const inNamespace = (script: string) =>
  succeeds("unshare", ["--net", "--mount", "--pid", "--fork", "--mount-proc", "sh", "-c", script]);

/**
 * Tries what the cluster will do, in namespaces of its own.
 *
 * @throws Error naming the first kernel feature that is missing
 */
export async function kernelFeatures(works: (script: string) => Promise<boolean> = inNamespace): Promise<void> {
  const checks: [string, () => Promise<boolean>][] = [
    ["network, mount and process namespaces (CONFIG_NET_NS, CONFIG_PID_NS)", () => works("true")],
    ["bridge devices (CONFIG_BRIDGE)", () => works("ip link add b0 type bridge")],
    ["virtual Ethernet pairs (CONFIG_VETH)", () => works("ip link add v0 type veth peer name v1")],
    ["iptables NAT (CONFIG_IP_NF_NAT or nf_tables)", () => works("iptables -t nat -L")],
    [
      "overlay file systems (CONFIG_OVERLAY_FS)",
      async () => readFileSync("/proc/filesystems", "utf8").includes("\toverlay\n"),
    ],
    [
      "cgroups mounted at /sys/fs/cgroup",
      async () => existsSync("/sys/fs/cgroup/memory") || existsSync("/sys/fs/cgroup/cgroup.controllers"),
    ],
  ];
  for (const [feature, check] of checks) {
    if (!(await check())) throw new Error(`this machine's kernel lacks ${feature}, which the embedded cluster needs`);
  }
}
