import {delimiter} from "node:path";
import {HttpMethod, KubeConfig, RequestContext} from "@kubernetes/client-node";

/**
 * client-node's view of a kubeconfig: the given file, else KUBECONFIG, else ~/.kube/config, else the pod's service account.
 * Its import takes 80 MB, so only what needs it (exec, credential plugins) does.
 *
 * @param contextName a context of the kubeconfig; default: its current one
 * @throws Error naming the file when there is no usable cluster in it
 */
export function loadKubeConfig(path?: string, contextName?: string): KubeConfig {
  const kubeConfig = new KubeConfig();
  const file = path ?? process.env.KUBECONFIG ?? "~/.kube/config";
  try {
    if (path && !path.includes(delimiter)) kubeConfig.loadFromFile(path);
    else kubeConfig.loadFromDefault();
  } catch (error) {
    throw new Error(`kubeconfig ${file} cannot be read: ${(error as Error).message}`);
  }
  if (contextName) kubeConfig.setCurrentContext(contextName);
  if (!kubeConfig.getCurrentCluster()?.server) {
    throw new Error(`kubeconfig ${file} has no current cluster; set current-context or KUBECONFIG`);
  }
  return kubeConfig;
}

/** Credentials by way of a plugin, which client-node runs: the Authorization header and, from some, a client certificate. */
export async function pluginCredentials(path?: string, contextName?: string) {
  const kubeConfig = loadKubeConfig(path, contextName);
  const {server} = kubeConfig.getCurrentCluster()!;
  const context = new RequestContext(server, HttpMethod.GET);
  await kubeConfig.applySecurityAuthentication(context);
  const options: {cert?: string | Buffer; key?: string | Buffer} = {};
  await kubeConfig.applyToHTTPSOptions(options as never);
  return {headers: context.getHeaders(), cert: options.cert, key: options.key};
}
