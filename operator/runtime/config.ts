import {existsSync, readFileSync} from "node:fs";
import {homedir} from "node:os";
import {delimiter, dirname, join, resolve} from "node:path";
import {parse} from "yaml";
import {urlHost} from "../../api/addresses.ts";

export interface TlsOptions {
  ca?: string | Buffer | undefined;
  cert?: string | Buffer | undefined;
  key?: string | Buffer | undefined;
  rejectUnauthorized?: boolean;
  servername?: string;
}

/** The address of the API server and how to authenticate. */
export interface ClusterConfig {
  server: string;
  /** The same object as long as nothing has changed; files are read again, so a renewed certificate is picked up. */
  tls(): TlsOptions;
  headers(): Promise<Record<string, string>>;
  /** The namespace of the current context or of the pod. */
  namespace: string;
}

/** How long what was read from files or plugins is used: a kubelet renews a token when a fifth of its hour is left. */
const REREAD_MS = 30_000;
const ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/**
 * The given kubeconfig file, else KUBECONFIG, else the pod's service account, else ~/.kube/config.
 *
 * @param contextName a context of the kubeconfig; default: its current one
 * @throws Error naming the file when there is no usable cluster in it
 */
export async function loadClusterConfig(path = process.env.KUBECONFIG, contextName?: string): Promise<ClusterConfig> {
  if (!path && !contextName && existsSync(join(ACCOUNT, "token"))) return serviceAccount();
  const file = path || join(homedir(), ".kube", "config");
  const {cluster, user, namespace} = contextOf(file, await readKubeconfig(file), contextName);
  const at = (name: string | undefined) => name && resolve(dirname(file), name);
  const data = (value: string | undefined, name: string | undefined) =>
    value ? Buffer.from(value, "base64") : name ? readFileSync(at(name)!) : undefined;
  const plugin = user.exec || user["auth-provider"];
  const credentials = async () => (await import("./kubeconfig.ts")).pluginCredentials(file, contextName);
  let current = plugin ? await credentials() : undefined;
  const token = () => user.token ?? (user.tokenFile && readFileSync(at(user.tokenFile)!, "utf8").trim());
  const basic = user.username && Buffer.from(`${user.username}:${user.password}`).toString("base64");
  return {
    server: cluster.server.replace(/\/$/, ""),
    namespace,
    tls: stable(() => ({
      ca: data(cluster["certificate-authority-data"], cluster["certificate-authority"]),
      cert: current?.cert ?? data(user["client-certificate-data"], user["client-certificate"]),
      key: current?.key ?? data(user["client-key-data"], user["client-key"]),
      ...(cluster["insecure-skip-tls-verify"] ? {rejectUnauthorized: false} : {}),
      ...(cluster["tls-server-name"] ? {servername: cluster["tls-server-name"]} : {}),
    })),
    headers: reread(async () => {
      if (plugin) {
        current = await credentials();
        return current.headers;
      }
      const bearer = token();
      if (bearer) return {authorization: `Bearer ${bearer}`};
      return basic ? {authorization: `Basic ${basic}`} : {};
    }),
  };
}

/** The names of the contexts of a kubeconfig. */
export async function contextNames(path = process.env.KUBECONFIG): Promise<string[]> {
  const {contexts} = await readKubeconfig(path || join(homedir(), ".kube", "config"));
  return Array.isArray(contexts) ? contexts.map(({name}) => name) : [];
}

async function readKubeconfig(file: string): Promise<any> {
  // Several files are merged, which client-node knows how to.
  const text = file.includes(delimiter) ? (await import("./kubeconfig.ts")).loadKubeConfig().exportConfig() : undefined;
  try {
    return parse(text ?? readFileSync(file, "utf8")) ?? {};
  } catch (error) {
    throw new Error(`kubeconfig ${file} cannot be read: ${(error as Error).message}`);
  }
}

/** Cluster and user of a context; default: the current one. */
function contextOf(
  file: string,
  content: any,
  contextName: string | undefined,
): {cluster: any; user: any; namespace: string} {
  const named = (list: string, name: string) =>
    Array.isArray(content[list]) ? content[list].find((item: any) => item?.name === name) : undefined;
  const context = named("contexts", contextName ?? content["current-context"])?.context;
  if (contextName && !context) throw new Error(`kubeconfig ${file} has no context "${contextName}"`);
  const cluster = named("clusters", context?.cluster)?.cluster;
  if (!cluster?.server) {
    throw new Error(`kubeconfig ${file} has no current cluster; set current-context in it, or KUBECONFIG to another`);
  }
  return {cluster, user: named("users", context.user)?.user ?? {}, namespace: context.namespace ?? "default"};
}

function serviceAccount(): ClusterConfig {
  const read = (name: string) => readFileSync(join(ACCOUNT, name), "utf8").trim();
  const {KUBERNETES_SERVICE_HOST: host = "kubernetes.default.svc", KUBERNETES_SERVICE_PORT: port = "443"} = process.env;
  return {
    server: `https://${urlHost(host)}:${port}`,
    namespace: read("namespace"),
    tls: stable(() => ({ca: read("ca.crt")})),
    headers: reread(async () => ({authorization: `Bearer ${read("token")}`})),
  };
}

/** Reads anew after a while. */
function reread<T>(read: () => Promise<T>): () => Promise<T> {
  let current: {value: T; until: number} | undefined;
  return async () => {
    if (!current || current.until < Date.now()) current = {value: await read(), until: Date.now() + REREAD_MS};
    return current.value;
  };
}

/** Reads anew after a while, and returns the former object if it says the same; also if a file is just being replaced. */
function stable(read: () => TlsOptions): () => TlsOptions {
  let current = read();
  let text = JSON.stringify(current);
  let until = Date.now() + REREAD_MS;
  return () => {
    if (until > Date.now()) return current;
    until = Date.now() + REREAD_MS;
    try {
      const fresh = read();
      const freshText = JSON.stringify(fresh);
      if (freshText !== text) [current, text] = [fresh, freshText];
    } catch {
      // The next time, then.
    }
    return current;
  };
}
