import {existsSync} from "node:fs";
import {join} from "node:path";
import {goProgram} from "../../cluster/binary.ts";
import {cacheDir} from "../../cluster/instance.ts";
import {run, step} from "../../cluster/shell.ts";
import {kubeconfig} from "./cluster.ts";

const VERSION = "v3.19.0";

/** The real helm, built once from its Go module. */
export async function helmBinary(): Promise<string> {
  const dir = join(cacheDir, `helm-${VERSION}`);
  const binary = join(dir, "helm");
  if (!existsSync(binary)) {
    const go = await goProgram();
    const env = {...process.env, GOBIN: dir, CGO_ENABLED: "0", GOFLAGS: "-mod=mod"};
    await step(`helm ${VERSION} from its Go module`, () =>
      run(go, ["install", `helm.sh/helm/v3/cmd/helm@${VERSION}`], {env}),
    );
  }
  return binary;
}

export const chart = join(import.meta.dirname, "../../charts/telemetry-operator");

/** Runs helm against the control plane of the tests. */
export const helm = async (...args: string[]): Promise<string> =>
  run(await helmBinary(), ["--kubeconfig", kubeconfig, ...args]);
