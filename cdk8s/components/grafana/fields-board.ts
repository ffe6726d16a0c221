import {type EventField, isNumber} from "../../../api/components/event.ts";
import {eachVehicle} from "../../../api/vehicles-sql.ts";

/**
 * The dashboard of a pipeline's own fields, in Grafana's JSON model. Those of all pipelines come with the operator (cdk8s/dashboards), by an SDK that
 * the operator does not have.
 */

const SOURCE = {type: "grafana-postgresql-datasource", uid: "${timescaledb}"};
/** Rows of the table, series in one picture, and columns of the table: more cannot be told apart. */
const SHOWN = 50;
const COLUMNS = 20;
/** Fields that are drawn until others are chosen. */
const CHOSEN = 3;

/** A row that is further ahead is of a wrong clock. */
const IN_TIME = "ts <= now() + interval '1 minute'";

interface Query {
  sql: string;
  as: "table" | "time_series";
}

interface Panel {
  type: "timeseries" | "table";
  title: string;
  description: string;
  query: Query;
  width: number;
  more: {fieldConfig: object; options: object};
}

const quoted = (name: string) => `"${name}"`;

/** A unit is any text; Grafana takes one behind the number that begins so. */
const unitOf = ({unit}: EventField) => (unit ? `suffix: ${unit}` : "short");

/** Commas and colons divide the list of a variable. */
const labelOf = ({name, unit}: EventField) => (unit ? `${name} (${unit.replace(/[,:\\$]/g, " ").trim()})` : name);

/** @param source the pipeline's own data source, which is chosen at first */
export function fieldsBoard(title: string, uid: string, source: string, fields: EventField[]) {
  const numbers = fields.filter(isNumber);
  const chosen = numbers.slice(0, CHOSEN);
  return {
    title: `Telemetry / Fields of ${title}`,
    uid,
    description: "Numbers among spec.event.fields, from TimescaleDB, with a read-only role.",
    tags: ["telemetry-operator"],
    editable: false,
    schemaVersion: 42,
    timezone: "browser",
    refresh: "30s",
    time: {from: "now-1h", to: "now"},
    graphTooltip: 1,
    templating: {
      list: [
        {
          type: "datasource",
          name: "timescaledb",
          label: "TimescaleDB",
          query: SOURCE.type,
          regex: "/^TimescaleDB/",
          current: {selected: true, text: source, value: uid.replace(/-fields$/, "")},
        },
        {
          type: "custom",
          name: "field",
          label: "Field",
          multi: true,
          includeAll: true,
          query: numbers.map((field) => `${labelOf(field)} : ${field.name}`).join(","),
          options: numbers.map((field) => ({
            selected: chosen.includes(field),
            text: labelOf(field),
            value: field.name,
          })),
          current: {selected: true, text: chosen.map(labelOf), value: chosen.map(({name}) => name)},
        },
        {
          type: "query",
          name: "vehicle",
          label: "Vehicle",
          description: `Vehicles whose lines are drawn: those of the first ${SHOWN} names that sent in the chosen time.`,
          datasource: SOURCE,
          query: `${eachVehicle("$__timeFilter(ts)")} SELECT id FROM vehicle WHERE id IS NOT NULL ORDER BY id LIMIT ${SHOWN}`,
          definition: "vehicles of the chosen time",
          refresh: 2,
          multi: true,
          includeAll: true,
          current: {selected: true, text: ["All"], value: ["$__all"]},
        },
      ],
    },
    links: [{title: "Telemetry", type: "dashboards", tags: ["telemetry-operator"], asDropdown: true, keepTime: true}],
    panels: panelsOf(numbers),
  };
}

function panelsOf(numbers: EventField[]): object[] {
  const [table, spread, byVehicle] = [newestValues(numbers), overall(numbers), eachOf(numbers)].map(
    ({query, width, more, ...panel}, at) => ({
      ...panel,
      ...more,
      id: at + 2,
      datasource: SOURCE,
      targets: [
        {refId: "A", datasource: SOURCE, editorMode: "code", rawQuery: true, rawSql: query.sql, format: query.as},
      ],
      gridPos: {x: at === 2 ? 24 - width : 0, y: at === 0 ? 0 : 11, w: width, h: at === 0 ? 10 : 9},
    }),
  );
  // Everything below a row that is repeated is repeated with it.
  const row = {type: "row", id: 1, title: "${field:text}", collapsed: false, repeat: "field", panels: []};
  return [table!, {...row, gridPos: {x: 0, y: 10, w: 24, h: 1}}, spread!, byVehicle!];
}

function newestValues(numbers: EventField[]): Panel {
  const shown = numbers.slice(0, COLUMNS);
  const columns = shown.map(({name}) => quoted(name)).join(", ");
  return {
    type: "table",
    title: "Newest values",
    description: `The ${SHOWN} vehicles that were heard of last${numbers.length > COLUMNS ? `, and the first ${COLUMNS} fields` : ""}.`,
    query: {
      sql: `${eachVehicle("$__timeFilter(ts)")},
newest AS (SELECT row.* FROM vehicle CROSS JOIN LATERAL (
  SELECT vehicle_id, ts, ${columns} FROM telemetry
  WHERE vehicle_id = vehicle.id AND $__timeFilter(ts) AND ${IN_TIME} ORDER BY telemetry.ts DESC LIMIT 1) row)
SELECT vehicle_id AS vehicle, ts AS "last seen", ${columns} FROM newest ORDER BY ts DESC LIMIT ${SHOWN}`,
      as: "table",
    },
    width: 24,
    more: {
      fieldConfig: {
        defaults: {unit: "short", custom: {align: "auto"}},
        overrides: [
          override({id: "byName", options: "last seen"}, "dateTimeFromNow"),
          ...shown.map((field) => override({id: "byName", options: field.name}, unitOf(field))),
        ],
      },
      options: {showHeader: true, cellHeight: "sm"},
    },
  };
}

const overall = (numbers: EventField[]): Panel => ({
  type: "timeseries",
  title: "All vehicles",
  description: "Minimum, average and maximum of all vehicles.",
  query: {
    sql: `SELECT $__timeGroupAlias(ts, $__interval), min("\${field}")::float8 AS "\${field} lowest", avg("\${field}")::float8 AS "\${field} average",
  max("\${field}")::float8 AS "\${field} highest"
FROM telemetry WHERE $__timeFilter(ts) GROUP BY 1 ORDER BY 1`,
    as: "time_series",
  },
  width: 12,
  more: lines(numbers),
});

const eachOf = (numbers: EventField[]): Panel => ({
  type: "timeseries",
  title: "By vehicle",
  description: "Averages over the width of a point, of the selected vehicles.",
  query: {
    sql: `SELECT $__timeGroupAlias(ts, $__interval), '\${field} ' || vehicle_id AS metric, avg("\${field}")::float8 AS value
FROM telemetry WHERE $__timeFilter(ts) AND vehicle_id IN (\${vehicle:sqlstring}) GROUP BY 1, 2 ORDER BY 1`,
    as: "time_series",
  },
  width: 12,
  more: lines(numbers),
});

const override = (matcher: {id: string; options: string}, unit: string) => ({
  matcher,
  properties: [{id: "unit", value: unit}],
});

/** A series is named after its field: what one panel draws has the unit of whichever field it is repeated for. */
const lines = (numbers: EventField[]) => ({
  fieldConfig: {
    defaults: {unit: "short", custom: {fillOpacity: 8, lineWidth: 1, showPoints: "never"}},
    overrides: numbers
      .filter(({unit}) => unit)
      .map((field) => override({id: "byRegexp", options: `/^${field.name} /`}, unitOf(field))),
  },
  options: {
    legend: {displayMode: "list", placement: "bottom", showLegend: true, calcs: []},
    tooltip: {mode: "multi", sort: "none"},
  },
});
