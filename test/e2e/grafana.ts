/**
 * What Grafana does with a query before it sends it, as far as our dashboards need it; Grafana itself cannot be had here. By its
 * documentation of variables and of the macros of its PostgreSQL data source.
 */
export interface Variables {
  [name: string]: string | string[];
}

const RANGE_MS = 15 * 60_000;
const STEP_SECONDS = 15;

const quoted = (value: string) => `'${value.replaceAll("'", "''")}'`;

/** PromQL with the variables and Prometheus' own intervals filled in. */
export function promql(expr: string, variables: Variables): string {
  const own: Variables = {__rate_interval: "1m", __interval: `${STEP_SECONDS}s`, __range: `${RANGE_MS / 1_000}s`};
  return filled(expr, {...own, ...variables});
}

/** SQL with the macros of a data source that is told that the server is a TimescaleDB. */
export function sql(text: string, variables: Variables, now: number): string {
  const [from, to] = [now - RANGE_MS, now].map((ms) => quoted(new Date(ms).toISOString()));
  const macros = text
    .replaceAll(/\$__timeFilter\((\w+)\)/g, `$1 BETWEEN ${from} AND ${to}`)
    .replaceAll(/\$__timeGroupAlias\((\w+), ?\$__interval\)/g, `time_bucket('${STEP_SECONDS}.000s', $1) AS "time"`);
  return filled(macros, {__interval: `${STEP_SECONDS}s`, ...variables});
}

function filled(text: string, variables: Variables): string {
  const result = text.replaceAll(/\$(?:\{(\w+)(:sqlstring)?\}|(\w+))/g, (_, braced, format, plain) => {
    const value = variables[braced ?? plain];
    if (value === undefined) throw new Error(`no variable ${braced ?? plain} for: ${text}`);
    const all = [value].flat();
    return (format ? all.map(quoted) : all).join(",");
  });
  return result;
}

/** Labels that a legend names. */
export const legendLabels = (legend = ""): string[] =>
  [...legend.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(([, label]) => label!);
