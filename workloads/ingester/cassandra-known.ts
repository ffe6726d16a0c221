import cassandra from "cassandra-driver";
import type {EventColumn} from "../../api/event/columns.ts";
import {contentOf, type Found, keyOf} from "../../api/event/identity.ts";
import {COLUMNS} from "../../api/event.ts";
import {whole} from "../query/cassandra.ts";
import {madeColumns} from "../query/cassandra-columns.ts";
import {dayOf, type Row} from "../telemetry.ts";
import {inLanes} from "./lanes.ts";

const NEWEST = "SELECT ts FROM telemetry WHERE vehicle_id = ? AND day = ? LIMIT 1";
/** Rows that one query asks for. */
const ASKED_AT_ONCE = 50;
/** A vehicle and a day take some 100 bytes. */
const MOST_PLACES = 200_000;

const placeOf = ({vehicle_id, ts}: Row) => `${vehicle_id} ${Math.floor(ts.getTime() / 86_400_000)}`;
const keyOfPlace = (row: Row) => [row.vehicle_id, cassandra.types.LocalDate.fromString(dayOf(row))];

/**
 * Tells rows that may be there from those that cannot. A write of Cassandra replaces what has its key and says nothing of it, and to ask for
 * each row would cost more than to write it. So the newest time of a vehicle's day is asked for once, and remembered for as long as no other
 * process can write to it: a later row is new. Only of others the store is asked.
 */
export function createKnown(columns: EventColumn[]) {
  let newest = new Map<string, number>();
  return {
    /** Others may have written meanwhile. */
    forget(): void {
      newest = new Map();
    },
    /** The rows that are to be written; `written` is to be called when they are. */
    async sort(client: cassandra.Client, rows: Row[]): Promise<{fresh: Row[]; written: () => void} & Found> {
      const known = newest;
      const places = [...Map.groupBy(rows, placeOf)];
      await inLanes(
        places.filter(([place]) => !known.has(place)),
        async ([place, [row]]) => {
          const {rows: found} = await client.execute(NEWEST, keyOfPlace(row!), {prepare: true});
          known.set(place, found[0]?.get("ts").getTime() ?? Number.NEGATIVE_INFINITY);
        },
      );
      // One that has been forgotten meanwhile is asked for.
      const old = (row: Row, place: string) => row.ts.getTime() <= (known.get(place) ?? Number.POSITIVE_INFINITY);
      const asked = places.flatMap(([place, all]) => portionsOf(all.filter((row) => old(row, place))));
      const contents = asked.length > 0 ? await contentsOf(client, asked) : new Map<string, string>();
      const fresh: Row[] = [];
      const found: Found = {repeated: [], taken: []};
      for (const row of rows) {
        const there = contents.size > 0 ? contents.get(keyOf(row)) : undefined;
        if (there === undefined) fresh.push(row);
        else if (there === contentOf(columns, row)) found.repeated.push(row);
        else found.taken.push({row, there});
      }
      return {fresh, ...found, written: () => note(known, places)};
    },
  };
}

function note(known: Map<string, number>, places: [string, Row[]][]) {
  for (const [place, rows] of places) {
    const before = known.get(place);
    if (before === undefined) continue;
    const newest = rows.reduce((most, {ts}) => Math.max(most, ts.getTime()), before);
    known.set(place, newest);
  }
  for (const place of known.keys()) {
    if (known.size <= MOST_PLACES) break;
    known.delete(place);
  }
}

function portionsOf(rows: Row[]): Row[][] {
  const portions: Row[][] = [];
  for (let at = 0; at < rows.length; at += ASKED_AT_ONCE) portions.push(rows.slice(at, at + ASKED_AT_ONCE));
  return portions;
}

/** What the store has in the place of rows, by their keys; each portion is of one vehicle and day. */
async function contentsOf(client: cassandra.Client, portions: Row[][]): Promise<Map<string, string>> {
  const made = await madeColumns(client);
  // By their names: what the driver knows of a statement with "*" is wrong once a column was added.
  const names = [...COLUMNS, "extra", ...made.map(({name}) => `"${name}"`)];
  const query = `SELECT ${names} FROM telemetry WHERE vehicle_id = ? AND day = ? AND ts IN ?`;
  const contents = new Map<string, string>();
  await inLanes(portions, async (rows) => {
    const params = [...keyOfPlace(rows[0]!), rows.map(({ts}) => ts)];
    const {rows: found} = await client.execute(query, params, {prepare: true});
    for (const each of found as unknown as Row[]) contents.set(keyOf(each), contentOf([], whole(made, each)));
  });
  return contents;
}
