import {ApiError, type KubeClient} from "../../operator/runtime/client.ts";

/** What is forbidden to everyone: new objects where the namespace or the definition is on its way out. */
const TO_EVERYONE = /being terminated|is terminating/;

/** The client, which notes in `denied` what its user has no right to, watches included. */
export function noteDenied({watch, ...calls}: KubeClient, denied: string[]): KubeClient {
  const note = (error: unknown): never => {
    const isDenied = error instanceof ApiError && [401, 403].includes(error.status);
    if (isDenied && !TO_EVERYONE.test(error.message)) denied.push(error.message);
    throw error;
  };
  const noting = Object.entries(calls).map(([name, call]) => [
    name,
    (...args: unknown[]) => (call as (...args: unknown[]) => Promise<unknown>)(...args).catch(note),
  ]);
  return {
    ...Object.fromEntries(noting),
    async *watch(...args) {
      try {
        yield* watch(...args);
      } catch (error) {
        note(error);
      }
    },
  } as KubeClient;
}
