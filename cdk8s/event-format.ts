import type {Client} from "./component.ts";
import {type BuildContext, env, fromSecret} from "./context.ts";
import {eventFields} from "./event-fields.ts";
import {portOf, type Rule} from "./network.ts";

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

function registryClient({spec, logins}: BuildContext): Client {
  const {schemaRegistry} = spec.event;
  if (!schemaRegistry) return {env: [], files: []};
  const {url, secret, caSecret} = schemaRegistry;
  const hasToken = secret !== undefined && logins?.[secret]?.keys.includes("token");
  return {
    env: [
      ...env({SCHEMA_REGISTRY_URL: url}),
      ...(secret === undefined
        ? []
        : hasToken
          ? [fromSecret("SCHEMA_REGISTRY_TOKEN", secret, "token")]
          : [
              fromSecret("SCHEMA_REGISTRY_USERNAME", secret, "username"),
              fromSecret("SCHEMA_REGISTRY_PASSWORD", secret, "password"),
            ]),
      ...env(caSecret ? {SCHEMA_REGISTRY_CA_FILE: `${CA_FOLDER}/ca.crt`} : {}),
    ],
    files: caSecret ? [{secret: caSecret, folder: CA_FOLDER}] : [],
  };
}
