import {cpSync, readFileSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {run} from "./shell.ts";

/** The Kubernetes whose go.mod is pinned in cluster/kube. */
const PINNED = "1.34.4";

/** The Kubernetes to run: KUBERNETES_VERSION for `make compatibility`, else the pinned one. */
export const kubernetesVersion = process.env.KUBERNETES_VERSION || PINNED;

/**
 * The folder to build from: that of the pinned version as it is; for another a copy with a go.mod for it, whose sums Go fetches from its
 * checksum database, since only the pinned version's are kept here.
 */
export async function sourceOf(version: string, source: string, go: string, copy: string): Promise<string> {
  if (version === PINNED) return source;
  cpSync(source, copy, {recursive: true});
  const {GoMod} = JSON.parse(await run(go, ["mod", "download", "-json", `k8s.io/kubernetes@v${version}`], {cwd: copy}));
  const pinned = readFileSync(join(source, "go.mod"), "utf8");
  writeFileSync(join(copy, "go.mod"), moduleFor(version, pinned, readFileSync(GoMod, "utf8")));
  writeFileSync(join(copy, "go.sum"), "");
  await run(go, ["mod", "tidy"], {cwd: copy, env: {...process.env, CGO_ENABLED: "0"}});
  return copy;
}

/**
 * The pinned go.mod for another version: its direct requirements, a replacement for each staging module of that version, and for the other modules of
 * Kubernetes (and of OpenAPI) those that it was made with: CoreDNS asks for newer ones, whose types do not fit.
 */
function moduleFor(version: string, pinned: string, upstream: string): string {
  const staging = version.replace(/^1\./, "0.");
  const direct = /require \(\n(.*?)\)/s
    .exec(pinned)![1]!
    .replaceAll(PINNED.replace(/^1\./, "0."), staging)
    .replaceAll(PINNED, version);
  const modules = [...new Set([...upstream.matchAll(/^\s+(k8s\.io\/\S+) v0\.0\.0$/gm)].map(([, name]) => name!))];
  const others = upstream.matchAll(
    /^\s+((?:(?:sigs\.)?k8s\.io|github\.com\/google\/gnostic-models)\S*) (v\S+)(?: \/\/ indirect)?$/gm,
  );
  const replaced = [
    ...modules.map((name) => [name, `v${staging}`]),
    ...[...others].flatMap(([, name, at]) => (at === "v0.0.0" ? [] : [[name, at]])),
  ]
    .map(([name, at]) => `\t${name} => ${name} ${at}\n`)
    .join("");
  return `module telemetry.dev/cluster/kube\n\n${/^go .*$/m.exec(upstream)![0]}\n\nrequire (\n${direct})\n\nreplace (\n${replaced})\n`;
}
