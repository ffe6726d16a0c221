import type {Images} from "../../cdk8s/context.ts";
import type {GetJson} from "../components/component.ts";
import type {KubeClient} from "../runtime/client.ts";
import type {EventRecorder} from "../runtime/events.ts";
import type {Logger} from "../runtime/logger.ts";
import type {Names} from "../runtime/names.ts";
import type {Claims} from "./claim.ts";
import type {Exported} from "./exported.ts";
import type {Memories} from "./memory.ts";
import type {FreshnessPoll} from "./poll.ts";

/** The parts of the process that every reconcile uses. */
export interface Platform {
  client: KubeClient;
  claims: Claims;
  images: Images;
  /** The beginning of an alert's `runbook_url`; unset: alerts have none. */
  runbookUrl: string | undefined;
  log: Logger;
  /** Whether it may read what belongs to no namespace. */
  clusterWide: boolean;
  events: EventRecorder;
  /** Of kinds of which the cache has only the pipelines' own. */
  names: Names;
  memories: Memories;
  freshness: FreshnessPoll;
  exported: Exported;
  /** Asks an HTTP server of a pipeline; rejects when it does not answer. */
  getJson: GetJson;
}
