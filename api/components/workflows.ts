import {z} from "zod";
import {URL_HOST} from "../addresses.ts";
import {component} from "../component.ts";
import {HAS_SERVER, metadataDatabase} from "../database.ts";
import {secret, webUrl} from "../endpoints.ts";
import {type CelRule, cel, duration, objectName, storage} from "../fields.ts";
import type {ResolvedSpec} from "../pipeline.ts";
import {podOptions} from "../pod.ts";

const database = metadataDatabase(
  "Existing PostgreSQL database for Airflow's metadata; the role must own it. Default: a database and a role of its own on the pipeline's Managed TimescaleDB server.",
);

const git = z
  .object({
    repository: webUrl(
      "URL of the repository, by https or http.",
      "spec.workflows.dags.git.repository is not a URL such as https://git.example.com/cars/dags.git; a login belongs into spec.workflows.dags.git.secret",
      `^https?://${URL_HOST}(:[0-9]+)?/[^ ]+$`,
    ),
    ref: z.string().min(1).max(256).default("HEAD").meta({description: "Branch, tag or commit. Default HEAD."}),
    folder: z
      .string()
      .max(512)
      .regex(/^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)*$/)
      .optional()
      .meta({description: "Folder of the DAG files in the repository. Default: its root."}),
    image: z.string().min(1).max(512).meta({description: "Image of git-sync, version 4."}),
    secret: objectName().optional().meta({
      description: "Name of a Secret with the keys username and password, for a private repository.",
    }),
    interval: duration("Time between two looks at the repository. Default 1m.", 1).default("1m"),
  })
  .meta({description: "Git repository with DAG files, kept up to date by git-sync."});

const dags = z
  .object({
    configMap: objectName().meta({description: "Name of a ConfigMap in the pipeline's namespace, a DAG file a key."}),
    claim: objectName().meta({
      description: "Name of an existing PersistentVolumeClaim with DAG files, which several nodes may have to read.",
    }),
    git,
  })
  .partial()
  .meta({
    description: "DAGs of your own, beside those of the platform. Set one source.",
    ...cel({
      rule: "[has(self.configMap), has(self.claim), has(self.git)].filter(is, is).size() <= 1",
      message: "spec.workflows.dags takes one source: set configMap, claim or git, and remove the others",
    }),
  });

const role = z.enum(["Admin", "Op", "User", "Viewer"]);
const claimValue = z.string().min(1).max(256);

const oidc = z
  .object({
    issuer: z
      .string()
      .max(1_024)
      .regex(/^https?:/)
      .meta({
        description:
          "URL of the issuer, below which is /.well-known/openid-configuration. By http only a Service of the cluster.",
        ...cel({
          rule: `self.matches(r'^https://${URL_HOST}(:[0-9]+)?(/[A-Za-z0-9._~/-]*)?$') || self.matches(r'^http://[a-z0-9-]+[.][a-z0-9-]+[.]svc([.]cluster[.]local)?(:[0-9]+)?(/[A-Za-z0-9._~/-]*)?$')`,
          message:
            "spec.workflows.oidc.issuer is not a URL such as https://login.example.com/realms/cars; by http only a Service of the cluster: http://NAME.NAMESPACE.svc",
        }),
      }),
    clientId: z.string().min(1).max(256).meta({description: "Id of Airflow as a client of the issuer."}),
    secret: secret("clientSecret"),
    scopes: z
      .string()
      .max(512)
      .regex(/^([^ ]+ )*openid( [^ ]+)*$/)
      .default("openid profile email")
      .meta({description: "Scopes, with a space between them; openid is one of them. Default openid profile email."}),
    rolesClaim: claimValue.default("groups").meta({
      description:
        "Claim with the groups or roles of a person, with dots for a nested one: realm_access.roles. Default groups.",
    }),
    roles: z
      .record(claimValue, role)
      .optional()
      .meta({description: "Role in Airflow by value of the claim: Admin, Op, User or Viewer."}),
    defaultRole: role
      .optional()
      .meta({description: "Role of people of whom no value is in `roles`. Default: they are refused."}),
  })
  .meta({
    description: "Login of people by OpenID Connect. The generated logins stay, for programs.",
    ...cel({
      rule: "has(self.defaultRole) || (has(self.roles) && self.roles.size() > 0)",
      message: "spec.workflows.oidc gives nobody a role: set roles or defaultRole",
    }),
  });

const schema = z
  .object({
    enabled: z.boolean().meta({
      description:
        "Whether Airflow runs, and with it the platform's scheduled jobs. Without it they are CronJobs. Default false.",
    }),
    executor: z.enum(["Local", "Kubernetes"]).meta({
      description:
        "Where the code of DAGs runs: Local in the scheduler's pod, Kubernetes in a pod for each task. The platform's own tasks are pods of their own with both. Default Local, in Production Kubernetes.",
    }),
    parallelism: z
      .int()
      .min(1)
      .max(256)
      .meta({description: "Number of tasks that run at the same time. Default 2, in Small 4, in Production 16."}),
    database,
    dags,
    url: webUrl(
      "URL at which browsers reach Airflow, by an ingress of yours. Default: that of the Service.",
      "spec.workflows.url is not a URL such as https://airflow.example.com",
      `^https?://${URL_HOST}(:[0-9]+)?(/[A-Za-z0-9._~/-]*)?$`,
    ),
    oidc,
    triggerer: z.boolean().meta({
      description:
        "Whether a triggerer runs, which DAGs of your own need if their tasks defer. The platform's do not. Default false.",
    }),
    retention: duration("How long runs and their logs are kept. Default 30d."),
    storage: storage("spec.workflows.storage"),
    storageClass: objectName().meta({
      description:
        "StorageClass of the volume with the logs. Small and Production need a ReadWriteMany class. Default: the cluster's default class.",
    }),
    pod: podOptions({container: "the scheduler"}),
  })
  .partial()
  .meta({description: "Apache Airflow: runs what has a schedule, the platform's jobs and DAGs of your own."});

/** Rules of the whole spec. */
const rules: CelRule[] = [
  {
    rule: `!has(self.workflows) || !has(self.workflows.enabled) || !self.workflows.enabled || has(self.workflows.database) || ${HAS_SERVER}`,
    message:
      "spec.workflows.database is required unless TimescaleDB is enabled and Managed, since Airflow keeps its metadata on that server: set it to an existing PostgreSQL database",
  },
];

const part = component(
  schema,
  {
    enabled: false,
    executor: "Local",
    parallelism: 2,
    triggerer: false,
    retention: "30d",
    storage: "1Gi",
    /** Whether pods on several nodes use the logs. */
    shared: false,
    sizing: {
      api: {cpu: "50m", memory: "768Mi"},
      scheduler: {cpu: "100m", memory: "1280Mi"},
      processor: {cpu: "50m", memory: "768Mi"},
      triggerer: {cpu: "20m", memory: "512Mi"},
      /** A task's process of Python, for executor Kubernetes. */
      worker: {cpu: "50m", memory: "512Mi"},
    },
  },
  {
    parallelism: 4,
    storage: "10Gi",
    shared: true,
    sizing: {api: {cpu: "250m", memory: "1Gi"}, scheduler: {cpu: "250m", memory: "2Gi"}},
  },
  {
    executor: "Kubernetes",
    parallelism: 16,
    storage: "20Gi",
    sizing: {
      api: {cpu: "500m", memory: "2Gi"},
      scheduler: {cpu: "1", memory: "2Gi"},
      processor: {cpu: "250m", memory: "1Gi"},
    },
  },
);

export const workflows = {...part, rules};

/** Whether Airflow runs the platform's scheduled jobs; otherwise CronJobs do. */
export const schedulesByAirflow = ({workflows}: Pick<ResolvedSpec, "workflows">): boolean => workflows.enabled;
