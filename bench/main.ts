import {openInstance} from "../cluster/instance.ts";
import {stop} from "../cluster/lifecycle.ts";
import {consoleFigures} from "./console.ts";
import {ingest} from "./ingest.ts";
import {peers, scaling} from "./peers/main.ts";
import {scale} from "./scale.ts";
import {startUp} from "./start-up.ts";

const rounds = Number(process.env.ROUNDS ?? 3);

/** Each part prints what the docs publish of it; a part takes at most about ten minutes once everything is built. */
const parts: Record<string, () => Promise<void>> = {
  platform,
  timescaledb: () => peers("timescaledb", rounds),
  cassandra: () => peers("cassandra", rounds),
  scaling: async () => {
    await scaling("timescaledb", rounds);
    await scaling("cassandra", rounds);
  },
  scale,
};

/** `make bench`, or `make bench PART=… ROUNDS=…`. */
const wanted = process.argv[2] ?? "";
if (wanted && !parts[wanted])
  throw new Error(`"${wanted}" is no part: name ${Object.keys(parts).join(", ")} or nothing`);
for (const [name, part] of Object.entries(parts)) if (!wanted || name === wanted) await part();
process.exit(0);

/** Start-up, ingest and console on an embedded cluster of its own. */
async function platform(): Promise<void> {
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
}
