import {mkdtempSync, readFileSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterEach, beforeEach, expect, test, vi} from "vitest";
import {stringify} from "yaml";
import {contextNames, loadClusterConfig} from "./config.ts";
import {loadKubeConfig} from "./kubeconfig.ts";

const folder = mkdtempSync(join(tmpdir(), "kubeconfig-"));
const base64 = (text: string) => Buffer.from(text).toString("base64");
const write = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const kubeconfig = (user: object, cluster: object = {}) =>
  write(
    "config",
    stringify({
      "current-context": "here",
      contexts: [{name: "here", context: {cluster: "c", user: "u", namespace: "cars"}}],
      clusters: [{name: "c", cluster: {server: "https://api.example:6443/", ...cluster}}],
      users: [{name: "u", user}],
    }),
  );
beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());
const aWhile = () => vi.setSystemTime(Date.now() + 60_000);

test("server, namespace, certificates and token come from the current context", async () => {
  const config = await loadClusterConfig(
    kubeconfig(
      {"client-certificate-data": base64("CERT"), "client-key-data": base64("KEY"), token: "secret"},
      {"certificate-authority-data": base64("CA"), "tls-server-name": "name"},
    ),
  );
  expect(config).toMatchObject({server: "https://api.example:6443", namespace: "cars"});
  const {ca, cert, key, servername} = config.tls();
  expect([ca, cert, key, servername].map(String)).toEqual(["CA", "CERT", "KEY", "name"]);
  expect(await config.headers()).toEqual({authorization: "Bearer secret"});
});

test("a token that is renewed in its file is used after a while", async () => {
  const tokenFile = write("token", "old\n");
  const config = await loadClusterConfig(kubeconfig({tokenFile}));
  expect(await config.headers()).toEqual({authorization: "Bearer old"});
  write("token", "new\n");
  aWhile();
  expect(await config.headers()).toEqual({authorization: "Bearer new"});
});

test("a client certificate that is renewed in its files gives new options; as long as it is the same, so are they", async () => {
  write("tls.crt", "old");
  write("tls.key", "key");
  const config = await loadClusterConfig(kubeconfig({"client-certificate": "tls.crt", "client-key": "tls.key"}));
  const before = config.tls();
  aWhile();
  expect(config.tls()).toBe(before);
  write("tls.crt", "new");
  aWhile();
  expect(String(config.tls().cert)).toBe("new");
});

test("a credential plugin is run", async () => {
  const status = {token: "from-plugin"};
  const credential = {apiVersion: "client.authentication.k8s.io/v1", kind: "ExecCredential", status};
  const exec = {apiVersion: credential.apiVersion, command: "echo", args: [JSON.stringify(credential)]};
  const config = await loadClusterConfig(kubeconfig({exec}));
  expect((await config.headers()).Authorization).toBe("Bearer from-plugin");
});

test("several files in KUBECONFIG are merged", async () => {
  const users = write("users", stringify({users: [{name: "u", user: {token: "merged"}}]}));
  const rest = write("rest", readFileSync(kubeconfig({}), "utf8").replace(/^users:.*/ms, ""));
  vi.stubEnv("KUBECONFIG", `${users}:${rest}`);
  const config = await loadClusterConfig();
  expect(await config.headers()).toEqual({authorization: "Bearer merged"});
  vi.unstubAllEnvs();
});

test("another context is chosen by its name, and one that is not there is named", async () => {
  const path = write(
    "two",
    stringify({
      "current-context": "here",
      contexts: ["here", "there"].map((name) => ({
        name,
        context: {cluster: name, user: name, namespace: `of-${name}`},
      })),
      clusters: ["here", "there"].map((name) => ({name, cluster: {server: `https://${name}:6443`}})),
      users: ["here", "there"].map((name) => ({name, user: {token: name}})),
    }),
  );
  expect(await contextNames(path)).toEqual(["here", "there"]);
  const config = await loadClusterConfig(path, "there");
  expect(config).toMatchObject({server: "https://there:6443", namespace: "of-there"});
  expect(await config.headers()).toEqual({authorization: "Bearer there"});
  expect(loadKubeConfig(path, "there").getCurrentCluster()?.server).toBe("https://there:6443");
  await expect(loadClusterConfig(path, "nowhere")).rejects.toThrow(`kubeconfig ${path} has no context "nowhere"`);
});

test.each([
  ["is not there", join(folder, "absent"), /kubeconfig .*absent cannot be read: ENOENT/],
  ["is no YAML", write("broken", "a: ["), /kubeconfig .*broken cannot be read/],
  ["is something else", write("other", "just text"), /kubeconfig .*other has no current cluster; set current-context/],
  ["has no such context", write("empty", "current-context: x"), /kubeconfig .*empty has no current cluster/],
])("a file that %s is named in the error", async (_, path, message) => {
  await expect(loadClusterConfig(path)).rejects.toThrow(message);
});
