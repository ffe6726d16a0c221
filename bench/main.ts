import {type Instance, openInstance} from "../cluster/instance.ts";
import {stop} from "../cluster/lifecycle.ts";
import {up} from "../cluster/up.ts";
import {bi} from "./bi.ts";
import {consoleFigures} from "./console.ts";
import {flink} from "./flink.ts";
import {formats} from "./formats.ts";
import {ingestOnCluster} from "./ingest.ts";
import {lake} from "./lake/main.ts";
import {models} from "./models.ts";
import {ingest, scaling} from "./peers/main.ts";
import {pressure} from "./pressure.ts";
import {scale} from "./scale.ts";
import {scorer} from "./scorer.ts";
import {startUp} from "./start-up.ts";
import {study} from "./study/main.ts";

const rounds = Number(process.env.ROUNDS ?? 3);

/** Each part prints what the docs publish of it; a part takes at most about ten minutes once everything is built. */
const parts: Record<string, () => Promise<void>> = {
  platform: () =>
    onCluster(async (instance) => {
      await startUp(instance);
      await ingestOnCluster(instance);
      await consoleFigures(instance);
    }),
  ingest: () => ingest(["timescaledb", "cassandra"], rounds),
  scaling: async () => {
    await scaling("timescaledb", rounds);
    await scaling("cassandra", rounds);
  },
  lake: () => lake(rounds),
  study,
  scale,
  formats,
  scorer,
  models,
  flink: () => onCluster(flink),
  bi: () =>
    onCluster(async (instance) => {
      await up(instance);
      await bi(instance);
    }),
  pressure: async () => {
    if (process.env.NAME) return pressure(await openInstance(process.env.NAME));
    await onCluster(async (instance) => {
      await up(instance);
      await pressure(instance);
    });
  },
};

/** `make bench`, or `make bench PART=… ROUNDS=…`; `PART=pressure NAME=…` takes the cluster of that name as it runs. */
const wanted = process.argv[2] ?? "";
if (wanted && !parts[wanted])
  throw new Error(`"${wanted}" is no part: name ${Object.keys(parts).join(", ")} or nothing`);
for (const [name, part] of Object.entries(parts)) if (!wanted || name === wanted) await part();
process.exit(0);

/** Work on an embedded cluster of its own. */
async function onCluster(work: (instance: Instance) => Promise<void>): Promise<void> {
  const instance = await openInstance("bench");
  try {
    await stop(instance, {purge: true});
    await work(await openInstance("bench"));
  } finally {
    await stop(instance, {purge: true});
  }
}
