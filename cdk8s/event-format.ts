import type {Client} from "./component.ts";
import {type BuildContext, env} from "./context.ts";
import {eventFields} from "./event-fields.ts";
import {portOf, type Rule} from "./network.ts";
import {webLogin} from "./web-login.ts";

const CA_FOLDER = "/etc/schema-registry-ca";

/** The parameters of a program that reads events as vehicles send them, and the connections that it needs beside Kafka. */
export function eventFormat(context: BuildContext): Client & {reaches: Rule[]} {
  const {mapping, schemaRegistry} = context.spec.event;
  const registry = registryClient(context);
  return {
    env: [
      ...(mapping ? env({EVENT_MAPPING: JSON.stringify(mapping)}) : []),
      ...eventFields(context.spec),
      ...registry.env,
    ],
    files: registry.files,
    reaches: schemaRegistry ? [{ports: [portOf(schemaRegistry.url)]}] : [],
  };
}

function registryClient(context: BuildContext): Client {
  const {schemaRegistry} = context.spec.event;
  if (!schemaRegistry) return {env: [], files: []};
  const {url, secret, caSecret} = schemaRegistry;
  return {
    env: [
      ...env({SCHEMA_REGISTRY_URL: url}),
      ...webLogin(context, "SCHEMA_REGISTRY", secret),
      ...env(caSecret ? {SCHEMA_REGISTRY_CA_FILE: `${CA_FOLDER}/ca.crt`} : {}),
    ],
    files: caSecret ? [{secret: caSecret, folder: CA_FOLDER}] : [],
  };
}
