import {crd} from "./api/crd.ts";
import {resolveSpec} from "./api/pipeline.ts";
import {defaultImages} from "./cdk8s/context.ts";
import {pages} from "./docs/generate.ts";
import {sizingRows} from "./docs/sizing.ts";
import {components} from "./operator/components/all.ts";
import {installation} from "./operator/install.ts";
import {ownedKinds} from "./operator/reconcile/kinds.ts";
import {passwordSecrets} from "./operator/reconcile/passwords.ts";
import {plan} from "./operator/reconcile/plan.ts";

const passwords = Object.fromEntries(passwordSecrets("fleet").map((name) => [name, `password of ${name}`]));
const spec = resolveSpec({echo: {enabled: true}, networkPolicies: {enabled: true}} as object);
const context = {name: "fleet", namespace: "default", spec, images: defaultImages, passwords};

console.log(
  JSON.stringify({
    definition: crd().spec.versions[0]!.schema.openAPIV3Schema.properties.spec,
    objects: plan(context).flatMap(({objects}) => objects),
    endpoints: components.flatMap((component) =>
      component.enabled(spec) ? (component.endpoints?.(context).map(({name}) => name) ?? []) : [],
    ),
    installed: installation(),
    kinds: ownedKinds.map(({kind}) => kind),
    sizes: sizingRows().map(([title]) => title),
    pages: Object.fromEntries(await pages()),
  }),
);
