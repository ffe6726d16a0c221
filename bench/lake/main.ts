import {type Bar, barsTable} from "../peers/bars.ts";
import {withKafka} from "../peers/main.ts";
import {markdown} from "../peers/report.ts";
import {FROM, fill, VEHICLES} from "../peers/topic.ts";
import {backlog} from "./backlog.ts";
import {commits} from "./commits.ts";
import {compact, type Size, sizesOf} from "./compaction.ts";
import {queries} from "./queries.ts";
import {readable} from "./readable.ts";
import {COMMIT_SECONDS, openLake, type Place} from "./server.ts";

/** Rows of the backlog, and of the table that is queried. */
const ROWS = Number(process.env.ROWS ?? 3_000_000);
const QUERY_ROWS = Number(process.env.QUERY_ROWS ?? 10_000_000);

/** Kafka → Iceberg beside Flink's sink, commits, compaction, and queries, on one broker and one store. */
export const lake = (rounds: number): Promise<void> =>
  withKafka(["kafka", "flink", "iceberg"], async () => {
    const server = await openLake();
    try {
      const filling = await fill("telemetry", {seconds: Math.max(1, Math.round(ROWS / VEHICLES))});
      const {ours, flink, rate} = await backlog(server, filling, rounds);
      const bars: Bar[] = [
        {what: "Lake: one writer", figure: rate("ours"), unit: "rows/s", atLeast: 100_000},
        {what: "Lake: to Flink's Iceberg sink", figure: rate("ours") / rate("flink"), unit: "×", atLeast: 1},
      ];
      const {count, rows, ...times} = await commits(ours);
      console.log(`${count} commits of ${rows} rows: p50 ${times.p50} ms, p99 ${times.p99} ms, max ${times.max} ms`);
      const fresh = await server.place("live");
      const live = await readable(fresh);
      console.log(
        `event to readable, lake, 1,000 events/s, commits every ${COMMIT_SECONDS} s (${live.commits}): p50 ${live.p50} ms, p99 ${live.p99} ms, max ${live.max} ms`,
      );
      bars.push({
        what: "Lake: event to readable, p99",
        figure: live.p99,
        unit: "ms",
        atMost: (COMMIT_SECONDS + 5) * 1_000,
      });
      await compaction([ours, fresh], flink);
      await queries(server, ours, new Date(FROM), Math.max(1, Math.round(QUERY_ROWS / filling.rows)));
      console.log(`\n${barsTable(bars)}\n`);
    } finally {
      await server.stop();
    }
  });

async function compaction(places: Place[], flink: Place): Promise<void> {
  const shown = ({files, bytes, rows}: Size) => [String(files), (bytes / rows).toFixed(1)];
  const rows: string[][] = [];
  const costs: string[] = [];
  for (const place of places) {
    const before = await sizesOf(place);
    const {seconds, cpu, peakMiB} = await compact(place);
    costs.push(`${seconds.toFixed(1)} s, ${cpu.toFixed(1)} s of CPU, peak RSS ${Math.round(peakMiB)} MiB`);
    const after = await sizesOf(place);
    for (const [day, size] of before)
      rows.push([dayOf(day), String(size.rows), ...shown(size), ...shown(after.get(day)!)]);
  }
  for (const [day, size] of await sizesOf(flink))
    rows.push([`${dayOf(day)}, Flink's`, String(size.rows), ...shown(size), "", ""]);
  const head = ["day", "rows", "files before", "bytes a row", "files after", "bytes a row"];
  console.log(`\nmaintenance: ${costs.join("; ")}\n\n${markdown(head, rows)}\n`);
}

const dayOf = (day: number) => new Date(day * 86_400_000).toISOString().slice(0, 10);
