import type {KubeConfig} from "@kubernetes/client-node";
import type {Answer} from "../reconcile/freshness.ts";
import type {KubeClient} from "../runtime/client.ts";
import {builtin} from "../runtime/types.ts";
import {outputOf} from "./exec.ts";

const TIMEOUT_MS = 10_000;

/** Asks the pod itself, by a way that no NetworkPolicy closes. */
const ASK = "fetch('http://127.0.0.1:8080/freshness').then(async (answer) => console.log(await answer.text()))";

export type AskStore = (pipeline: {name: string; namespace: string}, store: string) => Promise<Answer>;

/**
 * Asks an ingester of a store for its figures, also one that is not ready, for then it says why.
 *
 * @throws Error naming why there is no answer
 */
export const askStore =
  (client: KubeClient, config: KubeConfig): AskStore =>
  async ({name, namespace}, store) => {
    const app = `${name}-ingester-${store}`;
    const {items} = await client.list(builtin.pod, {namespace, labelSelector: `app.kubernetes.io/name=${app}`});
    const running = items.find(({metadata, status}) => !metadata.deletionTimestamp && status?.phase === "Running");
    if (!running) throw new Error(`no pod of ${app} runs`);
    const target = {namespace, pod: running.metadata.name, container: `ingester-${store}`};
    const late = new Promise<never>((_, reject) => {
      setTimeout(
        () => reject(new Error(`pod ${target.pod} gave no answer in ${TIMEOUT_MS / 1_000} s`)),
        TIMEOUT_MS,
      ).unref();
    });
    return JSON.parse(await Promise.race([outputOf(config, target, ["-e", ASK]), late])) as Answer;
  };
