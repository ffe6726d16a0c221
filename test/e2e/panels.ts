import {parse} from "yaml";
import type {Instance} from "../../cluster/instance.ts";
import {kubectl} from "../../cluster/lifecycle.ts";
import {query} from "../../cluster/monitoring/prometheus.ts";
import {waitFor} from "../../cluster/shell.ts";
import {legendLabels, promql, sql, type Variables} from "./grafana.ts";

/** What the panels of the installed dashboards show of a pipeline: their queries, asked as Grafana would ask them. */
interface Target {
  expr?: string;
  rawSql?: string;
  legendFormat?: string;
}

interface Pipeline {
  namespace: string;
  pipeline: string;
}

/** The dashboards that came with the operator, as the sidecar of a Grafana would find them, by title; those of single pipelines are beside them. */
export async function installedBoards(instance: Instance): Promise<any[]> {
  const found = await kubectl(instance, [
    "get",
    "configmaps",
    "-A",
    "-l",
    "grafana_dashboard=1,!telemetry.dev/pipeline",
    "-o",
    "json",
  ]);
  const boards = JSON.parse(found).items.flatMap(({data}: any) =>
    Object.values<string>(data).map((text) => JSON.parse(text)),
  );
  return boards.sort((a: any, b: any) => a.title.localeCompare(b.title));
}

/** The data source that the sidecar's Secret describes, as psql's address of it: the database is asked as Grafana would ask it. */
async function login(instance: Instance, {namespace}: Pipeline): Promise<string> {
  const args = ["-n", namespace, "get", "secrets", "-l", "grafana_datasource=1", "-o", "json"];
  const {items} = JSON.parse(await kubectl(instance, args));
  const [source] = parse(Buffer.from(Object.values<string>(items[0].data)[0]!, "base64").toString()).datasources;
  return `postgresql://${source.user}:${source.secureJsonData.password}@${source.url}/${source.jsonData.database}?sslmode=${source.jsonData.sslmode}`;
}

/** Asks questions of a pipeline's dashboards. */
export async function panelsOf(instance: Instance, of: Pipeline) {
  const address = await login(instance, of);
  const psql = async (text: string): Promise<string[]> => {
    const command = ["psql", address, "--csv", "--tuples-only", "-c", text];
    const pod = `${of.pipeline}-timescaledb-0`;
    const out = await kubectl(instance, ["-n", of.namespace, "exec", pod, "--", ...command]);
    return out.trim().split("\n").filter(Boolean);
  };

  /** What the variables of a dashboard are once the pipeline is picked; the operator's dashboard has none to pick. */
  async function variablesOf(board: any): Promise<Variables> {
    const list: any[] = board.templating.list;
    const picked = list.some(({name}) => name === "pipeline") ? {...of} : {};
    const variables: Variables = {...picked};
    for (const {name, type, query: text, current} of list) {
      if (type === "datasource" || name in picked) continue;
      variables[name] = current.value[0] === "$__all" ? await psql(sql(text, {}, Date.now())) : current.value;
    }
    return variables;
  }

  async function hasData({expr, rawSql, legendFormat}: Target, variables: Variables): Promise<boolean> {
    if (rawSql) {
      const [first] = await psql(sql(rawSql, variables, Date.now()));
      return first !== undefined && first !== "";
    }
    const text = promql(expr!, variables);
    const samples = (await query(instance, text)).filter(({value}) => !Number.isNaN(value));
    const named = legendLabels(legendFormat).every((label) => samples.some(({metric}) => metric[label] !== undefined));
    return samples.length > 0 && (named || text.endsWith("or vector(0)"));
  }

  /** Queries of a dashboard that have no data, or not the labels that their legend names, each as "panel: query". */
  async function withoutData(board: any): Promise<string[]> {
    const variables = await variablesOf(board);
    const found: string[] = [];
    for (const {title, targets = []} of board.panels)
      for (const target of targets as Target[])
        if (!(await hasData(target, variables))) found.push(`${title}: ${target.expr ?? target.rawSql}`);
    return found;
  }

  return {
    withoutData,
    /** Waits until every panel has data; returns those that never had. */
    async untilData(board: any, timeoutMs = 120_000): Promise<string[]> {
      let found: string[] = [];
      await waitFor(`data of ${board.title}`, timeoutMs, async () => {
        found = await withoutData(board);
        return found.length === 0;
      }).catch(() => {});
      return found;
    },
  };
}
