import {bitsOf, createJudge, FLAGS, type Judge, QUALITY_DEFAULTS, type Quality} from "../../api/event/quality.ts";
import {FIGURE_NAMES} from "../../api/event.ts";
import {isPlace, isStep} from "../../api/geo.ts";
import {follow, type Track} from "../../api/track.ts";
import type {Row} from "../telemetry.ts";
import type {Batch, Place} from "./broker.ts";

/** What is doubtful about events: each by itself, and by those of its vehicle before it in the partition, as far as this process has read them. */
interface Flagger {
  /** Begins a batch. The flags of its events, each to be judged once and in order, by Kafka's time of it. */
  of(batch: Batch): Judge;
  /** A batch that was begun comes again, here or elsewhere. */
  forget(place: Place): void;
}

interface Past {
  newest: number;
  track: Track;
  /** The last event, where several of one time are kept. */
  last?: {ms: number; content: string};
}

interface Remembered {
  last: bigint;
  vehicles: Map<string, Past>;
}

const nameOf = ({topic, partition}: Place) => `${topic}-${partition}`;

/** Of one partition; some 200 bytes each. */
const MOST_VEHICLES = 50_000;

/** @param isEachKept whether several events of a vehicle and time are rows of their own */
export function createFlagger(quality: Quality = {}, isEachKept = false): Flagger {
  const {ignore = [], maxSpeed} = {...QUALITY_DEFAULTS, ...quality};
  const judge = createJudge(quality);
  const judged = ~bitsOf(ignore);
  const places = new Map<string, Remembered>();
  return {
    of(batch) {
      const {messages} = batch;
      const place = nameOf(batch);
      const [first, last] = [messages[0], messages.at(-1)].map((message) => BigInt(message?.offset ?? 0)) as [
        bigint,
        bigint,
      ];
      const before = places.get(place);
      // What is read a second time has nothing after it.
      const remembered = before && first > before.last ? before : {last, vehicles: new Map<string, Past>()};
      remembered.last = last;
      places.set(place, remembered);
      return (row, arrived) => {
        const own = judge(row, arrived);
        const past = pastOf(remembered.vehicles, row.vehicle_id);
        const twin = isEachKept ? twinOf(past, row) : 0;
        return own | ((twin | byHistory(past, row, own, maxSpeed)) & judged);
      };
    },
    forget: (place) => void places.delete(nameOf(place)),
  };
}

function pastOf(vehicles: Map<string, Past>, id: string): Past {
  const known = vehicles.get(id);
  if (known) return known;
  const past: Past = {newest: Number.NEGATIVE_INFINITY, track: {doubts: 0}};
  vehicles.set(id, past);
  // The one that was heard of first.
  if (vehicles.size > MOST_VEHICLES) vehicles.delete(vehicles.keys().next().value!);
  return past;
}

/** Of the vehicle's last event only: others of the same time were of rows long since written. */
function twinOf(past: Past, row: Row): number {
  const [ms, content] = [
    row.ts.getTime(),
    JSON.stringify([FIGURE_NAMES.map((name) => row[name]), row.extra, row.fields?.map(String)]),
  ];
  const {last} = past;
  past.last = {ms, content};
  if (last?.ms !== ms) return 0;
  return last.content === content ? FLAGS.Repeated.bit : FLAGS.SameTime.bit;
}

function byHistory(past: Past, {ts, latitude, longitude}: Row, flags: number, maxSpeed: number): number {
  // All that is right would come after it, and from there a vehicle could be anywhere.
  if (flags & FLAGS.ClockAhead.bit) return 0;
  const {track} = past;
  const fix = {ms: ts.getTime(), latitude, longitude};
  const isLate = fix.ms < past.newest;
  if (!isLate) past.newest = fix.ms;
  if (!isPlace(fix)) return isLate ? FLAGS.OutOfOrder.bit : 0;
  if (!isLate) return follow(track, fix, maxSpeed) ? 0 : FLAGS.Jump.bit;
  const jumps = track.place && !isStep(track.place, fix, fix.ms - track.place.ms, maxSpeed);
  return FLAGS.OutOfOrder.bit | (jumps ? FLAGS.Jump.bit : 0);
}
