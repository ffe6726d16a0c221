import {z} from "zod";
import {component} from "../component.ts";
import {caSecret, secret, webUrl} from "../endpoints.ts";
import {type CelRule, cel, celSeconds, duration, storage, storageClass} from "../fields.ts";
import type {ResolvedSpec} from "../pipeline.ts";
import {podOptions} from "../pod.ts";
import {bucket} from "../s3.ts";

/** With shorter intervals a day has more files than maintenance can compact; with longer ones rows come too late to be of use. */
const COMMIT_SECONDS = {least: 5, most: 3_600};

const commitInterval = z
  .string()
  .max(16)
  .regex(/^[1-9][0-9]*(s|m|h)$/)
  .meta({
    description:
      "How often rows are committed, and so become readable: from 5s to 1h. Each commit writes a file for each day that it has rows of. Default 30s.",
    ...cel({
      rule: `size(self) < 6 && ${celSeconds("self")} >= ${COMMIT_SECONDS.least} && ${celSeconds("self")} <= ${COMMIT_SECONDS.most}`,
      message: "spec.lake.commitInterval must be from 5s to 1h",
    }),
  });

const URL_WORDS =
  "not a URL of http or https with a host, an optional port and a path, for example https://catalog.example.com/api/catalog; put an IPv6 address in brackets";

const s3 = bucket("")
  .omit({prefix: true})
  .extend({
    pathStyle: z.boolean().optional().meta({
      description:
        "Whether the bucket is part of the URL's path rather than of its host name. Default: true with an endpoint, false for AWS.",
    }),
  })
  .meta({description: "Bucket of the tables' files, at AWS or any S3-compatible server."});

const catalog = z
  .object({
    uri: webUrl(
      "URL of the Iceberg REST catalogue without `/v1`, for example https://catalog.example.com/api/catalog or https://glue.eu-central-1.amazonaws.com/iceberg.",
      URL_WORDS,
    ),
    warehouse: z.string().min(1).max(512).optional().meta({
      description: "Warehouse by its name in the catalogue; for AWS Glue the account id. Default: the catalogue's own.",
    }),
    namespace: z
      .string()
      .min(1)
      .max(48)
      .regex(/^[a-z][a-z0-9_]*$/)
      .optional()
      .meta({description: "Namespace of the tables, created if it is missing. Default telemetry."}),
    auth: z.enum(["OAuth2", "SigV4", "None"]).optional().meta({
      description:
        "How requests are authenticated. OAuth2 uses the client id and secret in `secret`; SigV4, for AWS, the keys of `s3.secret`. Default OAuth2.",
    }),
    secret: secret("clientId and clientSecret").optional(),
    oauth2Uri: webUrl(
      "URL that gives tokens, with auth OAuth2. Default: the catalogue's /v1/oauth/tokens.",
      URL_WORDS,
    ).optional(),
    scope: z
      .string()
      .min(1)
      .max(256)
      .optional()
      .meta({description: "OAuth2 scope, for example PRINCIPAL_ROLE:ALL for Polaris. Default: none."}),
  })
  .meta({
    description: "Iceberg REST catalogue: Polaris, Lakekeeper, Nessie, AWS Glue …",
    ...cel(
      {
        rule: "(has(self.auth) && self.auth != 'OAuth2') != has(self.secret)",
        message:
          "spec.lake.external.catalog.secret is required with auth OAuth2 and unused otherwise: set secret, or set auth to SigV4 or None",
      },
      {
        rule: "!(has(self.auth) && self.auth != 'OAuth2') || !(has(self.oauth2Uri) || has(self.scope))",
        message:
          "spec.lake.external.catalog.oauth2Uri and scope are for auth OAuth2 only: remove them, or set auth to OAuth2",
      },
    ),
  });

const external = z
  .object({s3, catalog, caSecret: caSecret.optional()})
  .meta({description: "Connection to an existing object store and Iceberg catalogue, with provider External."});

const schema = z
  .object({
    enabled: z.boolean().meta({description: "Whether events are also written to the lake. Default false."}),
    provider: z.enum(["Managed", "External"]).meta({
      description:
        "Managed creates SeaweedFS, which is object store and Iceberg catalogue; Production needs the SeaweedFS operator. External uses an existing object store and catalogue. Default Managed.",
    }),
    external,
    storage: storage("spec.lake.storage"),
    storageClass,
    volumeServers: z.int().min(2).max(99).meta({
      description:
        "Number of servers that hold the data in profile Production, each with a volume of `storage`. Each file has two copies. It can grow. Default 3.",
    }),
    retention: duration("How long rows are kept. Default: for ever."),
    commitInterval,
    pod: podOptions({container: "SeaweedFS, in Production each volume server"}),
  })
  .partial()
  .meta({description: "Lake: every event in open Iceberg tables on S3, exactly once."});

/** Rules of the whole spec. */
const rules: CelRule[] = [
  {
    rule: "!has(self.lake) || !has(self.lake.volumeServers) || (has(self.profile) && self.profile == 'Production')",
    message:
      "spec.lake.volumeServers is for profile Production, since Dev and Small run one SeaweedFS server: remove it or set profile to Production",
  },
  {
    rule: "!has(self.lake) || !has(self.lake.pod) || !has(self.lake.pod.topologySpreadConstraints) || !has(self.profile) || self.profile != 'Production' || (has(self.lake.provider) && self.lake.provider == 'External')",
    message:
      "spec.lake.pod.topologySpreadConstraints: the SeaweedFS operator, which makes the servers in profile Production, has no such field: use spec.lake.pod.affinity",
  },
];

const part = component(
  schema,
  {
    enabled: false,
    provider: "Managed",
    storage: "10Gi",
    commitInterval: "30s",
    volumeServers: 1,
    /** Whether the SeaweedFS operator makes the servers. */
    replicated: false,
    sizing: {server: {cpu: "50m", memory: "512Mi"}},
  },
  {storage: "100Gi", sizing: {server: {cpu: "250m", memory: "1Gi"}}},
  {storage: "500Gi", volumeServers: 3, replicated: true, sizing: {server: {cpu: "1", memory: "4Gi"}}},
);

export const lake = {...part, rules};

export type ExternalLake = z.output<typeof external>;

/** Whether the object store and the catalogue are ours. */
export const managesLake = ({lake}: Pick<ResolvedSpec, "lake">): boolean => lake.enabled && lake.provider === "Managed";
