import {readFileSync} from "node:fs";
import {Agent, request} from "undici";
import {urlHost} from "../../api/addresses.ts";
import type {EventField} from "../../api/components/event.ts";
import {wordsOfFlags} from "../../api/event/quality.ts";
import type {ComponentHealth, Condition, TableHealth} from "./wire.ts";

/** What the console needs of the resource. */
interface Pipeline {
  status: PipelineStatus;
  /** spec.event.fields */
  fields: EventField[];
}

export interface PipelineStatus {
  phase?: string;
  conditions?: Condition[];
  components?: ComponentHealth[];
}

const ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/** The address of the API server, from the environment of every pod. */
export function apiServer({
  KUBERNETES_SERVICE_HOST: host = "",
  KUBERNETES_SERVICE_PORT: port = "443",
}: NodeJS.ProcessEnv) {
  return `https://${urlHost(host)}:${port}`;
}

/** Reads one pipeline from the API server, as the pod's ServiceAccount: that is all it may do there. */
export function readPipeline(namespace: string, name: string): () => Promise<Pipeline> {
  const url = `${apiServer(process.env)}/apis/telemetry.dev/v1alpha1/namespaces/${namespace}/telemetrypipelines/${name}`;
  const dispatcher = new Agent({connect: {ca: readFileSync(`${ACCOUNT}/ca.crt`, "utf8")}});
  return async () => {
    // The kubelet renews the token in its file.
    const authorization = `Bearer ${readFileSync(`${ACCOUNT}/token`, "utf8")}`;
    const {statusCode, body} = await request(url, {
      dispatcher,
      headers: {authorization},
      headersTimeout: 5_000,
      bodyTimeout: 5_000,
    });
    const answer: any = await body.json();
    if (statusCode !== 200) throw new Error(`the API server answers ${statusCode}: ${answer.message}`);
    return {status: answer.status ?? {}, fields: answer.spec?.event?.fields ?? []};
  };
}

/** A group as its store's ingester reports it. */
export interface IngesterState {
  /** When the newest event that is in the store came into Kafka. */
  newest: number | undefined;
  held?: string | undefined;
  lost?: string | undefined;
  /** How many events have each flag, for people; empty if none has. */
  flagged?: string;
  /** How its table is, of a store that is made of files. */
  table?: TableHealth;
}

export async function readIngester(namespace: string, pipeline: string, store: string): Promise<IngesterState> {
  const url = `http://${pipeline}-ingester-${store}.${namespace}.svc.cluster.local:8080/freshness`;
  const {statusCode, body} = await request(url, {headersTimeout: 5_000, bodyTimeout: 5_000});
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`the ingester of ${store} answers ${statusCode}`);
  const {newest, held, lost, flagged, table} = JSON.parse(text);
  return {newest: newest ? Date.parse(newest) : undefined, held, lost, flagged: wordsOfFlags(flagged), table};
}
