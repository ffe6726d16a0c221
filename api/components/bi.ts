import {z} from "zod";
import {URL_HOST} from "../addresses.ts";
import {component} from "../component.ts";
import {HAS_SERVER, metadataDatabase} from "../database.ts";
import {webUrl} from "../endpoints.ts";
import type {CelRule} from "../fields.ts";
import type {ResolvedSpec} from "../pipeline.ts";
import {podOptions} from "../pod.ts";

const schema = z
  .object({
    enabled: z.boolean().meta({description: "Whether a server for business reports runs. Default false."}),
    provider: z.enum(["Metabase", "Superset"]).meta({
      description:
        "Metabase takes the image that Metabase releases. Superset is Apache Superset in an image of ours, and shows the lake as well. Default Metabase.",
    }),
    database: metadataDatabase(
      "Existing PostgreSQL database for what people make there; the role must own it. Default: a database and a role of its own on the pipeline's Managed TimescaleDB server.",
    ),
    url: webUrl(
      "URL at which browsers reach it, by an ingress of yours. Default: that of the Service.",
      "spec.bi.url is not a URL without a path, such as https://reports.example.com",
      `^https?://${URL_HOST}(:[0-9]+)?/?$`,
    ),
    coldChain: z
      .object({
        max: z.number().min(-90).max(90).optional().meta({
          description: "In °C. Default: that of spec.observability.alerting.thresholds.temperature, or else 8.",
        }),
      })
      .meta({description: "Temperature above which an hour is one in which the cold chain was broken."}),
    pod: podOptions({container: "the server"}),
  })
  .partial()
  .meta({description: "Business reports: Metabase or Superset, with dashboards of the fleet."});

const OFF = "!has(self.bi) || !has(self.bi.enabled) || !self.bi.enabled";
/** Rules of the whole spec. */
const rules: CelRule[] = [
  {
    rule: `${OFF} || has(self.bi.database) || ${HAS_SERVER}`,
    message:
      "spec.bi.database is required unless TimescaleDB is enabled and Managed, since reports and people's dashboards are kept on that server: set it to an existing PostgreSQL database",
  },
];

const part = component(
  schema,
  {
    enabled: false,
    provider: "Metabase",
    sizing: {
      metabase: {cpu: "100m", memory: "1536Mi", heapMiB: 896},
      superset: {cpu: "100m", memory: "1Gi"},
    },
  },
  {
    sizing: {
      metabase: {cpu: "500m", memory: "2Gi", heapMiB: 1_280},
      superset: {cpu: "500m", memory: "2Gi"},
    },
  },
  {sizing: {metabase: {cpu: "1", memory: "4Gi", heapMiB: 2_816}, superset: {cpu: "1", memory: "4Gi"}}},
);

export const bi = {...part, rules};

/** In °C: above it an hour is one in which the cold chain was broken. */
export const coldChainLimit = ({bi, observability}: Pick<ResolvedSpec, "bi" | "observability">): number =>
  bi.coldChain?.max ?? observability.alerting.thresholds.temperature?.max ?? 8;
