import {Counter, Gauge, Histogram} from "prom-client";

export const viewers = new Gauge({
  name: "telemetry_console_viewers",
  help: "Open pages.",
});
export const signIns = new Counter({
  name: "telemetry_console_sign_ins_total",
  help: "Sign-ins at the login page, by result: accepted or refused.",
  labelNames: ["result"],
});
const querySeconds = new Histogram({
  name: "telemetry_console_query_seconds",
  help: "Duration of a query to the store: latest (every vehicle), since (the newest rows), history (one vehicle) or fields (one vehicle).",
  labelNames: ["query"],
  buckets: [0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 20],
});

/** Measures a query. */
export async function timed<T>(query: string, work: Promise<T>): Promise<T> {
  const end = querySeconds.startTimer({query});
  try {
    return await work;
  } finally {
    end();
  }
}
