import type {Dispatcher} from "undici";

interface Exchanged extends Pick<Dispatcher.ResponseData, "statusCode" | "headers"> {
  text: string;
}

/** Sends a request and reads its whole answer. A Readable for each answer, as `request` of undici has, would cost as much CPU again. */
export function exchange(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  signal: AbortSignal | undefined,
): Promise<Exchanged> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const chunks: Buffer[] = [];
    let [statusCode, headers]: [number, Dispatcher.ResponseData["headers"]] = [0, {}];
    let controller: Dispatcher.DispatchController | undefined;
    const give = () => {
      controller?.abort(signal!.reason);
      reject(signal!.reason);
    };
    signal?.addEventListener("abort", give, {once: true});
    const end = () => signal?.removeEventListener("abort", give);
    dispatcher.dispatch(options, {
      onRequestStart(started) {
        controller = started;
        if (signal?.aborted) started.abort(signal.reason);
      },
      onResponseStart(_, code, received) {
        [statusCode, headers] = [code, received];
      },
      onResponseData: (_, chunk) => void chunks.push(chunk),
      onResponseEnd() {
        end();
        resolve({statusCode, headers, text: Buffer.concat(chunks).toString()});
      },
      onResponseError(_, error) {
        end();
        reject(error);
      },
    });
  });
}
