import {HttpMethod, KubeConfig, RequestContext} from "@kubernetes/client-node";

/** Where the API server is and how to authenticate; credentials are re-read, so a rotated token is picked up. */
export interface ClusterConfig {
  server: string;
  tls: {
    ca?: string | Buffer;
    cert?: string | Buffer;
    key?: string | Buffer;
    rejectUnauthorized?: boolean;
    servername?: string;
  };
  headers(): Promise<Record<string, string>>;
  /** The namespace of the current context or of the pod. */
  namespace: string;
}

/** How long an Authorization header is reused before client-node is asked again. */
const HEADER_TTL_MS = 30_000;

/**
 * The given kubeconfig file, else KUBECONFIG, else the pod's service account, else ~/.kube/config.
 *
 * @throws Error naming the file when there is no usable cluster in it
 */
export function loadKubeConfig(path?: string): KubeConfig {
  const kubeConfig = new KubeConfig();
  try {
    if (path) kubeConfig.loadFromFile(path);
    else kubeConfig.loadFromDefault();
  } catch (error) {
    throw new Error(
      `kubeconfig ${path ?? process.env.KUBECONFIG ?? "~/.kube/config"} cannot be read: ${(error as Error).message}`,
    );
  }
  if (!kubeConfig.getCurrentCluster()?.server) {
    throw new Error(
      `kubeconfig ${path ?? process.env.KUBECONFIG ?? ""} has no current cluster; set current-context or KUBECONFIG`,
    );
  }
  return kubeConfig;
}

/** What a client needs of a kubeconfig (see loadKubeConfig). */
export async function loadClusterConfig(path?: string): Promise<ClusterConfig> {
  const kubeConfig = loadKubeConfig(path);
  const cluster = kubeConfig.getCurrentCluster()!;
  const options: Record<string, any> = {};
  await kubeConfig.applyToHTTPSOptions(options as never);

  let cached: {headers: Record<string, string>; expires: number} | undefined;
  return {
    server: cluster.server.replace(/\/$/, ""),
    tls: {
      ...(options.ca ? {ca: options.ca} : {}),
      ...(options.cert ? {cert: options.cert} : {}),
      ...(options.key ? {key: options.key} : {}),
      ...(cluster.skipTLSVerify ? {rejectUnauthorized: false} : {}),
      ...(cluster.tlsServerName ? {servername: cluster.tlsServerName} : {}),
    },
    namespace: kubeConfig.getContextObject(kubeConfig.currentContext)?.namespace ?? "default",
    async headers() {
      if (!cached || cached.expires < Date.now()) {
        const context = new RequestContext(cluster.server, HttpMethod.GET);
        await kubeConfig.applySecurityAuthentication(context);
        cached = {headers: context.getHeaders(), expires: Date.now() + HEADER_TTL_MS};
      }
      return cached.headers;
    },
  };
}
