import {z} from "zod";
import {HOST, PORT, URL_HOST} from "./addresses.ts";
import {cel} from "./fields.ts";

/** Released without a pattern; a name that no Secret can have was never of use. */
const secretName = (description: string) =>
  z
    .string()
    .min(1)
    .max(253)
    .meta({
      description,
      ...cel({
        rule: "self.matches('^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$')",
        message: "no name that a Secret can have: small letters, digits, - and .",
      }),
    });
const secret = (keys: string) => secretName(`Name of a Secret of the pipeline's namespace with the keys ${keys}.`);
const caSecret = secretName(
  "Name of a Secret with the key ca.crt: who signed the server's certificate; default the public ones.",
);
const tls = z.boolean().meta({description: "Whether to connect by TLS, the certificate verified; default false."});

const ADDRESS = "a host name, an IPv4 or an IPv6 address";
const ENDPOINT = `${URL_HOST}:${PORT}`;
/** One match of the whole: the API server reckons what a rule may cost, and each of a list would cost as much as the longest text. */
const endpoint = z
  .string()
  .max(1_024)
  .regex(/^[A-Za-z0-9._:,[\]-]+$/)
  .meta({
    description: "host:port, several separated by commas; an IPv6 address in brackets, as in [2001:db8::1]:9092.",
    ...cel({
      rule: `self.matches(r'^${ENDPOINT}(,${ENDPOINT})*$')`,
      message: `not host:port, several separated by commas: each is ${ADDRESS} in brackets ([2001:db8::1]:9092), and a port within 1 and 65535`,
    }),
  });
const host = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[A-Za-z0-9._:[\]-]+$/)
  .meta({
    description: "Host name, IPv4 or IPv6 address.",
    ...cel({
      rule: `self.matches(r'^${HOST}$')`,
      message: `not ${ADDRESS} (2001:db8::1); a port goes into the field port`,
    }),
  });
const port = z.int().min(1).max(65_535);
const topicName = z
  .string()
  .min(1)
  .max(249)
  .regex(/^[A-Za-z0-9._-]+$/);

/** Kafka that is there already. Topics that are missing are made; those that exist are left as they are. */
export const externalKafka = z
  .object({
    bootstrapServers: endpoint,
    topic: topicName.optional().meta({description: "Topic of the events; default telemetry."}),
    deadLetterTopic: topicName.optional().meta({description: "Topic of the dead letters; default telemetry.dlq."}),
    alertsTopic: topicName
      .optional()
      .meta({description: "Topic of the stream job's alerts; default telemetry.alerts."}),
    mechanism: z
      .enum(["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"])
      .optional()
      .meta({description: "SASL mechanism, if secret is set; default SCRAM-SHA-512."}),
    secret: secret("username and password").optional(),
    tls: tls.optional(),
    caSecret: caSecret.optional(),
  })
  .meta({
    description: "Where Kafka is, if provider is External.",
    ...cel({
      rule: `${name("topic", "telemetry")} != ${name("deadLetterTopic", "telemetry.dlq")} && ${name("topic", "telemetry")} != ${name("alertsTopic", "telemetry.alerts")}`,
      message:
        "topic is deadLetterTopic or alertsTopic as well: what is written there would be read as events again; name another",
    }),
  });

function name(field: string, standard: string): string {
  return `(has(self.${field}) ? self.${field} : '${standard}')`;
}

export const externalTimescaledb = z
  .object({
    host: host.optional().meta({
      ...host.meta(),
      description: "Host name, IPv4 or IPv6 address; default what the Secret says at host.",
    }),
    port: port.optional().meta({description: "Default 5432."}),
    secret: secret("username, password and database, or dbname in its place, as CloudNativePG names it"),
    tls: tls.optional(),
    caSecret: caSecret.optional(),
  })
  .meta({
    description: "Where PostgreSQL with TimescaleDB is, if provider is External. The role must own its database.",
  });

export const externalCassandra = z
  .object({
    contactPoints: z.array(host).min(1).max(16).meta({description: "Host names or addresses of some nodes."}),
    port: port.optional().meta({description: "Default 9042."}),
    datacenter: z
      .string()
      .min(1)
      .max(64)
      .meta({description: "The local datacenter's name, as nodetool status shows it."}),
    keyspace: z
      .string()
      .max(48)
      .regex(/^[a-z][a-z0-9_]*$/)
      .optional()
      .meta({description: "Default telemetry. Made if it is missing, else left as it is."}),
    secret: secret("username and password"),
    tls: tls.optional(),
    caSecret: caSecret.optional(),
  })
  .meta({
    description:
      "Where Cassandra is, if provider is External. The role must be able to make a table, and the keyspace if there is none.",
  });

export type ExternalKafka = z.output<typeof externalKafka>;
export type ExternalTimescaledb = z.output<typeof externalTimescaledb>;
export type ExternalCassandra = z.output<typeof externalCassandra>;

const providers = {kafka: "Strimzi", timescaledb: "Managed", cassandra: "K8ssandra"};

/** A provider that is named needs its `external`, and stays: data does not move by itself. */
export const providerRules = Object.entries(providers).flatMap(([component, standard]) => {
  const provider = (self: string) =>
    `(has(${self}.${component}) && has(${self}.${component}.provider) ? ${self}.${component}.provider : '${standard}')`;
  return [
    {
      rule: `${provider("self")} != 'External' || has(self.${component}.external)`,
      message: `spec.${component}.external is missing: provider External needs to know where it is`,
    },
    {
      rule: `${provider("self")} == ${provider("oldSelf")}`,
      message: `spec.${component}.provider cannot change: data would stay behind; make a new pipeline`,
    },
  ];
});
