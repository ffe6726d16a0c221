import {FrameGeometrySourceMode, TableCellHeight} from "@grafana/grafana-foundation-sdk/common";
import {
  FieldColorBuilder,
  FieldColorModeId,
  QueryVariableBuilder,
  VariableRefresh,
} from "@grafana/grafana-foundation-sdk/dashboard";
import {
  PanelBuilder as GeomapBuilder,
  MapCenterID,
  MapViewConfigBuilder,
  TooltipMode,
  TooltipOptionsBuilder,
} from "@grafana/grafana-foundation-sdk/geomap";
import {PanelBuilder as TableBuilder} from "@grafana/grafana-foundation-sdk/table";
import {FRESHNESS_STEPS} from "../../api/components/alerting.ts";
import {FLAG_COLUMN} from "../../api/event/quality.ts";
import {UNDOUBTED} from "../../api/event/quality-sql.ts";
import {byMeasure, FIGURE_NAMES, MEASURE_NAMES, MEASURES} from "../../api/event.ts";
import {isPlace, kmBetween, mostKm} from "../../api/geo-sql.ts";
import {eachVehicle} from "../../api/vehicles-sql.ts";
import {type Board, figure, graph, type Query, sourceOf, TIMESCALEDB, targets, timescaledbVariable} from "./kit.ts";

const MEASURES_LIST = MEASURE_NAMES.join(", ");
/** Grafana's names of the units. */
const GRAFANA = {"km/h": "velocitykmh", "°C": "celsius", "%": "humidity"};
const UNITS = byMeasure(({unit}) => GRAFANA[unit]);

/** Series in one picture, and rows of the table: more cannot be told apart. The map shows every vehicle. */
const SHOWN = 50;

/** A row that is further ahead is of a wrong clock, and would stay the newest for hours. */
const IN_TIME = "ts <= now() + interval '1 minute'";

/** Each vehicle's newest row in the chosen time, by one probe of the index. */
const NEWEST = `${eachVehicle("$__timeFilter(ts)")},
newest AS (SELECT row.* FROM vehicle CROSS JOIN LATERAL (
  SELECT vehicle_id, ts, ${FIGURE_NAMES.join(", ")}, ${FLAG_COLUMN} FROM telemetry
  WHERE vehicle_id = vehicle.id AND $__timeFilter(ts) AND ${IN_TIME} ORDER BY telemetry.ts DESC LIMIT 1) row)
`;
const newest = (select: string): Query => ({sql: `${NEWEST}SELECT ${select}`, as: "table"});

/** Among that many rows a place is looked for. */
const LOOKED_AT = 100;

/**
 * The newest row with the newest place that is one, and to which the vehicle can have driven from the one before. A fleet on both sides of the
 * 180th meridian counts on beyond it, or the map would go round the world.
 */
const PLACED = `${NEWEST}, placed AS (SELECT newest.vehicle_id, newest.ts, ${MEASURES_LIST}, place.latitude, place.longitude,
    place.longitude + CASE WHEN place.longitude < 0 THEN 360 ELSE 0 END AS eastward FROM newest CROSS JOIN LATERAL (
  SELECT latitude, longitude FROM (
    SELECT ts, latitude, longitude, ${kmBetween("lag(latitude) OVER past", "lag(longitude) OVER past", "latitude", "longitude")} AS km,
      ${mostKm("extract(epoch FROM ts - lag(ts) OVER past)")} AS most FROM (
      SELECT ts, latitude, longitude FROM telemetry WHERE vehicle_id = newest.vehicle_id AND $__timeFilter(ts) AND ${IN_TIME} AND ${UNDOUBTED}
      ORDER BY telemetry.ts DESC LIMIT ${LOOKED_AT}) recent WHERE ${isPlace()} WINDOW past AS (ORDER BY ts)) step
  WHERE most IS NULL OR km <= most ORDER BY ts DESC LIMIT 1) place)
SELECT vehicle_id, ts, latitude, ${MEASURES_LIST},
  CASE WHEN max(eastward) OVER () - min(eastward) OVER () < max(longitude) OVER () - min(longitude) OVER () THEN eastward ELSE longitude END AS longitude
FROM placed`;

/** A figure of each chosen vehicle over time, averaged over the width of a point. */
const byVehicle = (column: string): Query => ({
  sql: `SELECT $__timeGroupAlias(ts, $__interval), vehicle_id AS metric, avg(${column}) AS "${column}"
FROM telemetry WHERE $__timeFilter(ts) AND vehicle_id IN (\${vehicle:sqlstring}) GROUP BY 1, 2 ORDER BY 1`,
  as: "time_series",
});

/** Lowest, middle and highest of all vehicles. */
const spread = (column: string): Query => ({
  sql: `SELECT $__timeGroupAlias(ts, $__interval), min(${column}) AS lowest, avg(${column}) AS average, max(${column}) AS highest
FROM telemetry WHERE $__timeFilter(ts) GROUP BY 1 ORDER BY 1`,
  as: "time_series",
});

function map(): GeomapBuilder {
  const query: Query = {sql: PLACED, as: "table"};
  return new GeomapBuilder()
    .title("Where the vehicles are")
    .description(
      "Newest position of each vehicle in the selected time range, coloured by speed. Invalid and implausible positions are left out. Your browser loads the map from Grafana's default tile server.",
    )
    .datasource(sourceOf([query]))
    .targets(targets([query]))
    .unit("velocitykmh")
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.ContinuousGrYlRd))
    .view(new MapViewConfigBuilder().id(MapCenterID.Fit).allLayers(true).lat(0).lon(0).zoom(15))
    .layers([
      {
        build: () => ({
          type: "markers",
          name: "Vehicles",
          tooltip: true,
          location: {mode: FrameGeometrySourceMode.Coords, latitude: "latitude", longitude: "longitude"},
          config: {
            showLegend: true,
            style: {
              color: {field: "speed", fixed: "blue"},
              size: {fixed: 5, min: 2, max: 15},
              opacity: 0.8,
              symbol: {mode: "fixed", fixed: "img/icons/marker/circle.svg"},
            },
          },
        }),
      },
    ])
    .tooltip(new TooltipOptionsBuilder().mode(TooltipMode.Details))
    .span(16)
    .height(14);
}

function table(): TableBuilder {
  const query = newest(
    `vehicle_id AS vehicle, ts AS "last seen", ${MEASURES_LIST} FROM newest ORDER BY ts DESC LIMIT ${SHOWN}`,
  );
  const unit = (value: string) => [{id: "unit", value}];
  const builder = new TableBuilder()
    .title("Newest values")
    .description(`The ${SHOWN} vehicles that were heard of last.`)
    .datasource(sourceOf([query]))
    .targets(targets([query]))
    .unit("short")
    .cellHeight(TableCellHeight.Sm)
    .overrideByName("last seen", unit("dateTimeFromNow"))
    .span(8)
    .height(14);
  for (const name of MEASURE_NAMES) builder.overrideByName(name, unit(UNITS[name]));
  return builder;
}

export const fleet: Board = {
  key: "fleet",
  title: "Fleet",
  description: "Vehicles, from TimescaleDB, with a read-only role.",
  variables: [
    timescaledbVariable(),
    new QueryVariableBuilder("vehicle")
      .label("Vehicle")
      .description(`Vehicles whose lines are drawn: those of the first ${SHOWN} names that sent in the chosen time.`)
      .datasource(TIMESCALEDB)
      .query(`${NEWEST}SELECT vehicle_id FROM newest ORDER BY vehicle_id LIMIT ${SHOWN}`)
      .definition("vehicles of the chosen time")
      .refresh(VariableRefresh.OnTimeRangeChanged)
      .multi(true)
      .includeAll(true)
      .current({selected: true, text: ["All"], value: ["$__all"]}),
  ],
  rows: [
    [
      "Now",
      [
        figure(
          "Vehicles",
          "short",
          "Vehicles that sent in the selected time range.",
          newest("count(*) AS vehicles FROM newest"),
        ),
        figure(
          "Live",
          "short",
          "Vehicles that sent in the last 30 s.",
          newest("count(*) FILTER (WHERE ts > now() - interval '30 seconds') AS live FROM newest"),
        ),
        figure(
          "Newest row",
          "s",
          "Age of the newest row. Above 30 s, nothing is sent or the store is behind.",
          newest("greatest(0, extract(epoch FROM now() - max(ts)))::float8 AS age FROM newest"),
          FRESHNESS_STEPS,
        ),
        figure(
          "Average speed",
          UNITS.speed,
          "Of all vehicles' newest values.",
          newest("avg(speed) AS speed FROM newest"),
        ),
        figure(
          "Highest temperature",
          UNITS.temperature,
          "Of all vehicles' newest values.",
          newest("max(temperature) AS temperature FROM newest"),
        ),
        figure(
          "Highest humidity",
          UNITS.humidity,
          "Of all vehicles' newest values.",
          newest("max(humidity) AS humidity FROM newest"),
        ),
        figure(
          "Without a fix",
          "short",
          "Vehicles whose newest row has no position (0/0, or a pole). The map shows their last position in the selected time range.",
          newest(`count(*) FILTER (WHERE NOT (${isPlace()} AND ${UNDOUBTED})) AS vehicles FROM newest`),
          [1],
        ),
        figure(
          "Clocks ahead",
          "short",
          "Vehicles with rows more than a minute in the future. This dashboard leaves these rows out.",
          {
            sql: "SELECT count(DISTINCT vehicle_id) AS vehicles FROM telemetry WHERE ts > now() + interval '1 minute'",
            as: "table",
          },
          [1],
        ),
      ].map((panel) => panel.span(3)),
    ],
    ["Map", [map(), table()]],
    [
      "By vehicle",
      MEASURES.map(({name, title}) =>
        graph(title, UNITS[name], "Averages over the width of a point, of the selected vehicles.", byVehicle(name)),
      ),
    ],
    [
      "All vehicles",
      [
        graph("Speed of the fleet", UNITS.speed, "Minimum, average and maximum of each vehicle.", spread("speed")),
        graph(
          "Temperature of the fleet",
          UNITS.temperature,
          "Minimum, average and maximum of each vehicle.",
          spread("temperature"),
        ),
        graph(
          "Rows by the vehicles' clocks",
          "rowsps",
          "Rows a second by the vehicles' timestamps. A gap means that nothing was sent or nothing arrived.",
          {
            sql: `SELECT $__timeGroupAlias(ts, $__interval), count(*) / (extract(epoch FROM '$__interval'::interval)) AS rows
FROM telemetry WHERE $__timeFilter(ts) GROUP BY 1 ORDER BY 1`,
            as: "time_series",
          },
        ),
      ],
    ],
  ],
};
