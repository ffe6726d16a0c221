import type {ChildProcess} from "node:child_process";
import {existsSync, writeFileSync} from "node:fs";

/** A process that is started again whenever it ends. */
interface Restarted {
  /** Ends it for good. */
  stop(): Promise<void>;
}

/**
 * @param launch starts the process
 * @param pidFile where its present process id is written
 * @param holdFile while this file exists, it is not started again
 */
export function restarted(
  launch: () => ChildProcess,
  {pidFile, holdFile}: {pidFile: string; holdFile: string},
): Restarted {
  let child: ChildProcess;
  let stopped = false;
  let gone: Promise<void>;
  const begin = () => {
    child = launch();
    writeFileSync(pidFile, String(child.pid));
    gone = new Promise((resolve) =>
      child.once("exit", () => {
        resolve();
        const again = () => {
          if (stopped) return;
          if (existsSync(holdFile)) setTimeout(again, 100);
          else begin();
        };
        setTimeout(again, 100);
      }),
    );
  };
  begin();
  return {
    async stop() {
      stopped = true;
      child.kill("SIGKILL");
      await gone;
    },
  };
}
