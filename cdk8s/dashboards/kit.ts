import type {Builder, Dataquery} from "@grafana/grafana-foundation-sdk/cog";
import {
  BigValueColorMode,
  BigValueGraphMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from "@grafana/grafana-foundation-sdk/common";
import {
  AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  type Panel,
  QueryVariableBuilder,
  RowBuilder,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type VariableModel,
  VariableRefresh,
  VariableSort,
} from "@grafana/grafana-foundation-sdk/dashboard";
import {DataqueryBuilder} from "@grafana/grafana-foundation-sdk/prometheus";
import {PanelBuilder as StatBuilder} from "@grafana/grafana-foundation-sdk/stat";
import {PanelBuilder as TimeseriesBuilder} from "@grafana/grafana-foundation-sdk/timeseries";

/** Parts of the dashboards: they come with the operator's installation (provision.ts); it never loads this itself. */

/** A builder of a panel, before it has a number. */
export type PanelBuilder = Builder<Panel> & {id(id: number): unknown};

export interface Board {
  /** Name of its file and of what is made from it. */
  key: string;
  title: string;
  description: string;
  variables: Builder<VariableModel>[];
  rows: [title: string, panels: PanelBuilder[]][];
  /** Whether firing alerts of the pipeline are marked on its graphs. */
  alerts?: boolean;
}

const TAG = "telemetry-operator";
const PROMETHEUS = {type: "prometheus", uid: "${datasource}"};
export const TIMESCALEDB = {type: "grafana-postgresql-datasource", uid: "${timescaledb}"};

/** The series of a metric of the pipeline that is chosen. */
export const of = (metric: string, more = ""): string =>
  `${metric}{namespace="$namespace",pipeline="$pipeline"${more && `,${more}`}}`;
export const rate = (metric: string, more = ""): string => `rate(${of(metric, more)}[$__rate_interval])`;

/** PromQL with its legend, or SQL, which names its series itself. */
export type Query = [expr: string, legend: string] | {sql: string; as: "table" | "time_series"};

const refId = (at: number): string => String.fromCharCode(65 + at);

/** The SDK has no builder for SQL: this is what Grafana's query editor writes. */
const sqlQuery = (sql: string, format: string, at: number): Dataquery =>
  ({
    refId: refId(at),
    datasource: TIMESCALEDB,
    editorMode: "code",
    rawQuery: true,
    rawSql: sql,
    format,
  }) as unknown as Dataquery;

export const targets = (queries: Query[]): Builder<Dataquery>[] =>
  queries.map((query, at) => {
    if ("sql" in query) return {build: () => sqlQuery(query.sql, query.as, at)};
    const [expr, legend] = query;
    return new DataqueryBuilder().refId(refId(at)).datasource(PROMETHEUS).expr(expr).legendFormat(legend).range();
  });

export const sourceOf = ([first]: Query[]) => (first && "sql" in first ? TIMESCALEDB : PROMETHEUS);

/** Lines over time; three of them side by side. */
export function graph(title: string, unit: string, description: string, ...queries: Query[]): TimeseriesBuilder {
  return new TimeseriesBuilder()
    .title(title)
    .description(description)
    .datasource(sourceOf(queries))
    .targets(targets(queries))
    .unit(unit)
    .axisSoftMin(0)
    .fillOpacity(8)
    .lineWidth(1)
    .showPoints(VisibilityMode.Never)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi))
    .span(8)
    .height(8);
}

/** One figure, green until the first threshold, then yellow, then red; six of them side by side. */
export function figure(
  title: string,
  unit: string,
  description: string,
  query: Query,
  [warn, bad]: [warn?: number, bad?: number] = [],
): StatBuilder {
  const steps = [
    {color: "green", value: null},
    ...(warn === undefined ? [] : [{color: "yellow", value: warn}]),
    ...(bad === undefined ? [] : [{color: "red", value: bad}]),
  ];
  return new StatBuilder()
    .title(title)
    .description(description)
    .datasource(sourceOf([query]))
    .targets(targets([query]))
    .unit(unit)
    .thresholds(new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps))
    .colorMode(warn === undefined && bad === undefined ? BigValueColorMode.None : BigValueColorMode.Value)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(["lastNotNull"]))
    .graphMode("sql" in query ? BigValueGraphMode.None : BigValueGraphMode.Area)
    .span(4)
    .height(4);
}

const dataSource = (name: string, label: string, type: string) =>
  new DatasourceVariableBuilder(name).label(label).type(type);

const labelValues = (name: string, label: string, query: string, value: string) =>
  new QueryVariableBuilder(name)
    .label(label)
    .datasource(PROMETHEUS)
    .query({query, refId: name})
    .definition(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .current({selected: true, text: value, value});

/** The variables for Prometheus and the pipeline. */
export const prometheusVariables = (): Builder<VariableModel>[] => [
  dataSource("datasource", "Prometheus", "prometheus"),
  labelValues("namespace", "Namespace", 'label_values(up{pipeline!=""}, namespace)', "default"),
  labelValues("pipeline", "Pipeline", 'label_values(up{namespace="$namespace",pipeline!=""}, pipeline)', "fleet"),
];

export const operatorVariables = (): Builder<VariableModel>[] => [
  dataSource("datasource", "Prometheus", "prometheus"),
  labelValues("namespace", "Namespace", "label_values(leader_election_master_status, namespace)", "telemetry-system"),
];

/** The variable for the database, of those whose data source is named as the operator names its own: "TimescaleDB of …". */
export const timescaledbVariable = (): Builder<VariableModel> =>
  dataSource("timescaledb", "TimescaleDB", "grafana-postgresql-datasource").regex("/^TimescaleDB/");

/** The dashboard in Grafana's JSON model: rows of panels, numbered, with links to its neighbours. */
export function build({key, title, description, variables, rows, alerts = false}: Board): Dashboard {
  const builder = new DashboardBuilder(`Telemetry / ${title}`)
    .uid(`telemetry-${key}`)
    .description(description)
    .tags([TAG])
    .readonly()
    .refresh("30s")
    .time({from: "now-1h", to: "now"})
    .timezone("browser")
    .tooltip(DashboardCursorSync.Crosshair)
    .variables(variables)
    .link(
      new DashboardLinkBuilder("Telemetry")
        .type(DashboardLinkType.Dashboards)
        .tags([TAG])
        .asDropdown(true)
        .includeVars(true)
        .keepTime(true),
    );
  if (alerts) builder.annotation(firingAlerts());
  let id = 0;
  for (const [name, panels] of rows) {
    builder.withRow(new RowBuilder(name).id(++id));
    for (const panel of panels) {
      panel.id(++id);
      builder.withPanel(panel);
    }
  }
  const dashboard = builder.build();
  // Links stand above the panels, where Grafana puts those that say nothing of their place.
  const links = dashboard.links?.map(({placement: _, ...link}) => link);
  return {...dashboard, links: links as Dashboard["links"]};
}

const firingAlerts = () =>
  new AnnotationQueryBuilder()
    .name("Alerts")
    .datasource(PROMETHEUS)
    .enable(true)
    .iconColor("red")
    .expr(of("ALERTS", 'alertstate="firing",severity!="none"'))
    .titleFormat("{{alertname}}")
    .textFormat("{{severity}}");
