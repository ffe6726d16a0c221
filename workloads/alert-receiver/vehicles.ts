import {number} from "../lib/environment.ts";
import {readFleet, retire, silentOf} from "./fleet.ts";
import {openStore} from "./store.ts";

/** `vehicles list` prints every silent vehicle as a JSON line; `vehicles retire ID` has one counted no more until it speaks. */
const store = openStore();
const [task, vehicle] = process.argv.slice(2);
if (task === "retire" && vehicle) {
  if (!(await retire(store, vehicle)))
    throw new Error(`vehicle "${vehicle}" has not been heard yet; \`list\` names the silent ones`);
  console.log(JSON.stringify({retired: vehicle}));
} else if (task === "list") {
  const fleet = await readFleet(store, number("RETIRED_SECONDS", 604_800));
  for (const {vehicle: id, age} of silentOf(fleet, number("SILENT_SECONDS", 300)))
    console.log(
      JSON.stringify({
        vehicle: id,
        time: new Date(Date.now() - age * 1_000).toISOString(),
        silent: `${Math.round(age)} s`,
      }),
    );
} else {
  throw new Error(`"${task ?? ""}" is no task: name list, or retire with a vehicle`);
}
await store.close();
