import {mkdirSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {stringify} from "yaml";
import {crd} from "../operator/api/crd.ts";

/** `make manifests`: writes what is generated and kept in the repository. */
const root = join(import.meta.dirname, "..");
mkdirSync(join(root, "crds"), {recursive: true});
const definition = crd();
writeFileSync(
  join(root, "crds", `${definition.metadata.name}.yaml`),
  `# Generated from operator/api by "make manifests"; do not edit.\n${stringify(definition, {aliasDuplicateObjects: false})}`,
);
