import {mkdirSync, writeFileSync} from "node:fs";
import {dirname, join} from "node:path";
import {stringify} from "yaml";
import {crd} from "../api/crd.ts";
import {chartFiles} from "../cdk8s/chart.ts";
import {dashboards, installation} from "./install.ts";

/** Path and text of what is generated and kept in the repository. */
export function manifests(): [path: string, text: string][] {
  const definition = crd();
  const head = `# Generated from api by "make manifests"; do not edit.\n`;
  const text = stringify(definition, {aliasDuplicateObjects: false});
  return [
    [`crds/${definition.metadata.name}.yaml`, head + text],
    [
      "install.yaml",
      head.replace("from api", "from api and cdk8s/install.ts") +
        [definition, ...installation()]
          .map((object) => stringify(object, {aliasDuplicateObjects: false}))
          .join("---\n"),
    ],
    ...dashboards.map(([key, dashboard]): [string, string] => [
      `cdk8s/dashboards/json/${key}.json`,
      `${JSON.stringify(dashboard, null, 2)}\n`,
    ]),
    ...chartFiles(installation({serviceMonitor: true, grafanaOperator: true})).map(
      ([path, template]): [string, string] => [`charts/telemetry-operator/${path}`, template],
    ),
  ];
}

if (import.meta.main) {
  const root = join(import.meta.dirname, "..");
  for (const [path, text] of manifests()) {
    mkdirSync(dirname(join(root, path)), {recursive: true});
    writeFileSync(join(root, path), text);
  }
}
