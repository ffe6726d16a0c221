import type {Answer} from "../components/store-figures.ts";
import type {Connection} from "./connection.ts";
import {outputOf} from "./exec.ts";
import {ingesterOf, podsOf} from "./pods.ts";

const TIMEOUT_MS = 10_000;

/** The pod asks itself, which no NetworkPolicy prevents. */
const SCRIPT = "fetch('http://127.0.0.1:8080/freshness').then(async (answer) => console.log(await answer.text()))";

export type AskIngester = (pipeline: {name: string; namespace: string}, store: string) => Promise<Answer>;

/**
 * The present figures of a store's ingester, also of one that is not ready, since it then says why.
 *
 * @throws Error naming why there is no answer
 */
export const askIngester =
  ({client, kubeConfig}: Connection): AskIngester =>
  async ({name, namespace}, store) => {
    const {app, container} = ingesterOf(name, store);
    const pods = await podsOf({client, namespace}, app);
    const running = pods.find(({metadata, status}) => !metadata.deletionTimestamp && status?.phase === "Running");
    if (!running) throw new Error(`no pod of ${app} runs`);
    const target = {namespace, pod: running.metadata.name, container};
    const timeout = new Promise<never>((_, reject) => {
      setTimeout(
        () => reject(new Error(`pod ${target.pod} gave no answer in ${TIMEOUT_MS / 1_000} s`)),
        TIMEOUT_MS,
      ).unref();
    });
    return JSON.parse(await Promise.race([outputOf(await kubeConfig(), target, ["-e", SCRIPT]), timeout])) as Answer;
  };
