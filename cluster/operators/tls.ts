import {mkdtempSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import type {KubeClient, KubeObject} from "../../operator/runtime/client.ts";
import {builtin} from "../../operator/runtime/types.ts";
import {run} from "../shell.ts";
import {applyOwned, encode} from "./kit.ts";
import {handedOn} from "./strimzi.ts";

const DAYS = "365";
const KEY = ["-newkey", "rsa:2048", "-nodes"];

/** Strimzi's names: the CA's certificate for clients, and the brokers' key with its chain. */
const caSecret = (kafka: string) => `${kafka}-cluster-ca-cert`;
export const brokerSecret = (kafka: string) => `${kafka}-kafka-brokers`;

/** Makes the CA and the brokers' certificate once; the CA's key is thrown away, a new cluster gets a new CA. */
export async function ensureTls(client: KubeClient, kafka: KubeObject): Promise<void> {
  const {name, namespace} = kafka.metadata;
  if (await client.get(builtin.secret, {name: brokerSecret(name), namespace: namespace!})) return;
  const dir = mkdtempSync(join(tmpdir(), "kafka-tls-"));
  const file = (title: string) => join(dir, title);
  const text = (title: string) => readFileSync(file(title), "utf8");
  try {
    const ca = ["-keyout", file("ca.key"), "-out", file("ca.crt"), "-subj", `/O=io.strimzi/CN=cluster-ca ${name}`];
    await run("openssl", ["req", "-x509", ...KEY, "-days", DAYS, ...ca]);
    const hosts = [`${name}-kafka-bootstrap`, `*.${name}-kafka-brokers`].flatMap((host) => [
      `DNS:${host}.${namespace}.svc`,
      `DNS:${host}.${namespace}.svc.cluster.local`,
    ]);
    writeFileSync(file("ext"), `subjectAltName=${hosts.join(",")}\nextendedKeyUsage=serverAuth\n`);
    const request = ["-keyout", file("key"), "-out", file("csr"), "-subj", `/O=io.strimzi/CN=${name}-kafka`];
    await run("openssl", ["req", ...KEY, ...request]);
    const signed = ["-CA", file("ca.crt"), "-CAkey", file("ca.key"), "-CAcreateserial", "-out", file("crt")];
    await run("openssl", ["x509", "-req", "-days", DAYS, "-in", file("csr"), "-extfile", file("ext"), ...signed]);
    const labels = {...handedOn(kafka), "strimzi.io/cluster": name, "strimzi.io/kind": "Kafka"};
    const secret = (title: string, data: Record<string, string>) =>
      applyOwned(client, kafka, builtin.secret, {metadata: {name: title, labels}, data});
    await secret(caSecret(name), {"ca.crt": encode(text("ca.crt"))});
    await secret(brokerSecret(name), {"broker.pem": encode(text("key") + text("crt") + text("ca.crt"))});
  } finally {
    rmSync(dir, {recursive: true, force: true});
  }
}
