import type {Logger} from "pino";
import {collectDefaultMetrics} from "prom-client";
import {sleep} from "../../api/backoff.ts";
import type {FlagCounts} from "../../api/event/quality.ts";
import type {TableFigures} from "../lake/figures.ts";
import {number} from "../lib/environment.ts";
import {serve} from "../lib/http.ts";
import type {EventReader} from "../lib/reader.ts";
import {endInTime} from "../lib/stop.ts";
import type {Broker} from "./broker.ts";
import {report} from "./metrics.ts";
import {createObserver} from "./observation.ts";
import type {Pump} from "./pump.ts";
import {reportTable} from "./table-metrics.ts";
import {createUnreadable} from "./unreadable.ts";

interface Parts {
  /** Of what the group fills: the label `store` of its figures. */
  name: string;
  broker: Broker;
  pump: Pump;
  /** Paths of the mapping that are nowhere, for people. */
  unmatched: EventReader["read"]["unmatched"];
  /** Time of the newest row; resolves once what the group fills has answered. */
  newest(): Promise<Date | null>;
  /** How many of the events have each quality flag; absent where nobody judges them. */
  flagged?: () => Promise<FlagCounts>;
  /** This process has a new part in the group: others may have filled what it has. */
  forget?: (() => void) | undefined;
  /** This process is about to leave the group. */
  leaving?: (() => Promise<void>) | undefined;
  /** How what the group fills is, where its server does not say so. */
  table?: (() => Promise<TableFigures>) | undefined;
  /** Why something beside the events does not get through, for people. */
  more?: () => string | undefined;
  /** Further paths that answer JSON. */
  routes?: Record<string, () => Promise<unknown>> | undefined;
  /** Closes what the group fills. */
  close(): Promise<void>;
  log: Logger;
  signal: AbortSignal;
}

/** Runs a member of a group until the program is told to stop: its batches, its health, and its figures for the operator and Prometheus. */
export async function runGroup(parts: Parts): Promise<void> {
  const {name, broker, pump, unmatched, newest, flagged, forget, leaving, table, more, routes, close, log, signal} =
    parts;
  const unreadable = createUnreadable(log);
  const observe = createObserver({newest}, broker, pump);
  endInTime(signal, () =>
    log.warn({rows: pump.accepted}, "stopped without an answer; what is not committed is read again"),
  );

  collectDefaultMetrics();
  let joined = false;
  /** Since the start it has answered once, also before the first event. */
  let answered = false;

  /** Why events do not get through now, for people. */
  const problem = () => pump.problem ?? unreadable.words() ?? more?.();

  /** Unknown while the store does not answer. */
  const tableFigures = async () => table?.().catch(() => undefined);

  async function freshness() {
    const {arrived, figures} = await observe();
    const latest = arrived === undefined ? null : new Date(arrived).toISOString();
    return {
      store: name,
      newest: latest,
      rows: pump.accepted,
      flagged: await flagged?.(),
      problem: problem(),
      unmatched: unmatched(),
      table: await tableFigures(),
      ...figures,
    };
  }

  const server = serve(
    number("HTTP_PORT", 8080),
    () => joined && answered && !problem(),
    {"/freshness": freshness, ...routes},
    undefined,
    async () => {
      report(name, await observe(), broker.inHand());
      reportTable(name, await tableFigures());
    },
  );

  void (async () => {
    while (!signal.aborted && !answered) {
      answered = await newest().then(
        () => true,
        () => false,
      );
      await sleep(1_000, signal);
    }
  })();

  await broker.consume({
    take: pump.take,
    onMembership: (is) => {
      joined = is;
      forget?.();
    },
    onUnreadable: unreadable.hear,
    ...(leaving ? {onLeaving: leaving} : {}),
  });
  await broker.close();
  await close();
  server.close();
  log.info({rows: pump.accepted}, "drained");
}
