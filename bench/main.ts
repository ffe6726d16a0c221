import {openInstance} from "../cluster/instance.ts";
import {stop} from "../cluster/lifecycle.ts";
import {startUp} from "./start-up.ts";

/** `make bench`: prints every figure that the docs publish. It uses an embedded cluster of its own. */
const instance = await openInstance("bench");
try {
  await stop(instance, {purge: true});
  await startUp(await openInstance("bench"));
} finally {
  await stop(instance, {purge: true});
}
