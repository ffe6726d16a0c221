import {existsSync, mkdirSync, writeFileSync} from "node:fs";
import {writeWhole} from "./files.ts";
import {type Instance, network} from "./instance.ts";
import {run} from "./shell.ts";

const DAYS = "3650";

/** Groups of the users whose tokens the API server accepts. */
const GROUPS: Record<string, {user: string; groups: string[]}> = {
  admin: {user: "admin", groups: ["system:masters"]},
  "kube-controller-manager": {user: "system:kube-controller-manager", groups: []},
  "kube-scheduler": {user: "system:kube-scheduler", groups: []},
  kubelet: {user: `system:node:${network.nodeName}`, groups: ["system:nodes"]},
  "kube-proxy": {user: "system:kube-proxy", groups: []},
  coredns: {user: "system:coredns", groups: []},
};

/** Makes the CA, the API server's certificates, the service-account key, the token file and all kubeconfigs, once. */
export async function makePki(instance: Instance): Promise<void> {
  const pki = (file: string) => instance.path("pki", file);
  mkdirSync(instance.path("pki"), {recursive: true, mode: 0o700});
  if (!existsSync(pki("ca.crt"))) {
    await run("openssl", [
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-days",
      DAYS,
      "-subj",
      "/CN=telemetry-embedded-ca",
      // As kubeadm's: since 3.13 Python takes no authority that does not say what it is for.
      "-addext",
      "keyUsage=critical,digitalSignature,keyEncipherment,keyCertSign",
      "-keyout",
      pki("ca.key"),
      "-out",
      pki("ca.crt"),
    ]);
    await run("openssl", ["genrsa", "-out", pki("sa.key"), "2048"]);
    const names = [
      "kubernetes",
      "kubernetes.default",
      "kubernetes.default.svc",
      "kubernetes.default.svc.cluster.local",
      "localhost",
    ];
    const addresses = ["127.0.0.1", network.apiServiceIP, network.nodeIP];
    const san = [...names.map((name) => `DNS:${name}`), ...addresses.map((ip) => `IP:${ip}`)].join(",");
    await sign(pki, "apiserver", "/CN=kube-apiserver", `subjectAltName=${san}\nextendedKeyUsage=serverAuth\n`);
    await sign(
      pki,
      "apiserver-kubelet",
      "/O=system:masters/CN=kube-apiserver-kubelet-client",
      "extendedKeyUsage=clientAuth\n",
    );
  }
  const rows = Object.entries(GROUPS).map(
    ([name, {user, groups}]) =>
      `${instance.tokens[name]},${user},${user}${groups.length ? `,"${groups.join(",")}"` : ""}`,
  );
  writeFileSync(pki("tokens.csv"), `${rows.join("\n")}\n`, {mode: 0o600});
  for (const user of Object.keys(GROUPS)) {
    writeKubeconfig(instance, user, `https://127.0.0.1:${network.apiPort}`, pki(`${user}.kubeconfig`));
  }
  writeKubeconfig(instance, "admin", `https://127.0.0.1:${instance.apiPort}`, instance.path("kubeconfig"));
}

async function sign(pki: (file: string) => string, name: string, subject: string, extensions: string) {
  writeFileSync(pki(`${name}.ext`), `authorityKeyIdentifier=keyid\n${extensions}`);
  await run("openssl", [
    "req",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-subj",
    subject,
    "-keyout",
    pki(`${name}.key`),
    "-out",
    pki(`${name}.csr`),
  ]);
  await run("openssl", [
    "x509",
    "-req",
    "-days",
    DAYS,
    "-in",
    pki(`${name}.csr`),
    "-CA",
    pki("ca.crt"),
    "-CAkey",
    pki("ca.key"),
    "-CAcreateserial",
    "-extfile",
    pki(`${name}.ext`),
    "-out",
    pki(`${name}.crt`),
  ]);
}

/** kubectl reads JSON as well, since JSON is YAML. */
function writeKubeconfig(instance: Instance, user: string, server: string, file: string) {
  const name = `telemetry-${instance.name}`;
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    clusters: [{name, cluster: {server, "certificate-authority": instance.path("pki", "ca.crt")}}],
    users: [{name: `${name}-${user}`, user: {token: instance.tokens[user]}}],
    contexts: [{name, context: {cluster: name, user: `${name}-${user}`}}],
  };
  writeWhole(file, `${JSON.stringify(config, null, 2)}\n`, 0o600);
}
