import {openInstance} from "../cluster/instance.ts";
import {stop} from "../cluster/lifecycle.ts";
import {consoleFigures} from "./console.ts";
import {ingest} from "./ingest.ts";
import {scale} from "./scale.ts";
import {startUp} from "./start-up.ts";

/** `make bench`: prints every figure that the docs publish. It uses embedded clusters of its own. */
const instance = await openInstance("bench");
try {
  await stop(instance, {purge: true});
  const fresh = await openInstance("bench");
  await startUp(fresh);
  await ingest(fresh);
  await consoleFigures(fresh);
} finally {
  await stop(instance, {purge: true});
}
await scale();
