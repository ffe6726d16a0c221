import {MASTER_KINDS} from "../../../api/master-data.ts";
import {command} from "../../runtime/command-line/table.ts";
import {action, cluster, NAME, output, vehicle} from "../options.ts";

/** Which options are for which action; the others are for all of them. */
const FOR: Record<string, readonly string[]> = {
  vehicle: ["retire"],
  what: ["import", "list", "export"],
  complete: ["import"],
  "dry-run": ["import"],
  group: ["list"],
  "without-events": ["list"],
  "without-master-data": ["list"],
  history: ["export"],
};

export const vehicles = command({
  name: "vehicles",
  summary: "List the silent vehicles, or import, list and export plates, groups and drivers",
  details: `\`silent\` lists the vehicles that are silent, and a vehicle that is retired raises no alert until it sends again. \`import\` reads a CSV file whose first line names
the columns; all of it is taken or nothing. Columns that it lacks stay as they are, groups and drivers that vehicles name are made, and a row that is as before changes
nothing: docs/master-data.md. \`export\` writes such a file, or JSON with -o json.`,
  arguments: [
    NAME,
    action("silent", "retire", "import", "list", "export"),
    {name: "FILE", summary: 'the CSV file, with import; "-" for stdin', optional: true, complete: "file"},
  ],
  options: {
    ...vehicle("The vehicle to retire"),
    what: {value: "KIND", summary: "Which rows to import, list or export (default: vehicles)", values: MASTER_KINDS},
    complete: {summary: "The file is the whole list: rows that it lacks end"},
    "dry-run": {summary: "Say what the import would change, and write nothing"},
    group: {value: "GROUP", summary: "Only vehicles of this group, by its id or name, and of those below it"},
    "without-events": {summary: "Only vehicles that have never sent an event"},
    "without-master-data": {summary: "The vehicles that send events and have no row"},
    history: {summary: "Also the rows of the past, each with its time; such a file cannot be imported"},
    ...output("table", "json", "csv"),
    ...cluster,
  },
  examples: [
    ["The silent vehicles, longest first", "vehicles fleet"],
    ["A vehicle that has been sold", "vehicles fleet retire --vehicle vehicle-00001"],
    ["What a spreadsheet would change", "vehicles fleet import fleet.csv --dry-run"],
    ["Vehicles that nobody has entered yet", "vehicles fleet list --without-master-data"],
  ],
  async run({NAME: name, ACTION: task, FILE: file}, {vehicle: id, what: kind, output: format, ...options}) {
    const {onCluster} = await import("../connection.ts");
    refuseOthers(task, {...options, vehicle: id, what: kind});
    if (task === "retire" && !id) throw new Error("retire needs --vehicle ID");
    if ((task === "import") !== (file !== undefined))
      throw new Error(file ? `${task} takes no file: FILE is for import` : "import needs a FILE, or - for stdin");
    const {group, "without-events": withoutEvents, "without-master-data": withoutMasterData} = options;
    if ([group !== undefined, withoutEvents, withoutMasterData, kind !== undefined].filter(Boolean).length > 1)
      throw new Error("list takes one of --group, --without-events, --without-master-data and --what");
    const what = kind ?? "vehicles";
    return onCluster(options, async (connection) => {
      if (task === "silent" || task === "retire") {
        const {silentVehicles, retireVehicle} = await import("../alert-receiver.ts");
        return task === "silent" ? silentVehicles(connection, name, format) : retireVehicle(connection, name, id!);
      }
      const master = await import("../master-data.ts");
      const {complete, history, "dry-run": dryRun} = options;
      if (task === "export") return master.exportMasterData(connection, name, {what, history, json: format === "json"});
      if (task === "list")
        return master.listMasterData(connection, name, {what, group, withoutEvents, withoutMasterData}, format);
      return master.importMasterData(connection, name, file!, {what, complete, dryRun, output: format});
    });
  },
});

/** @throws Error naming an option that is for another action */
function refuseOthers(task: string, given: Record<string, unknown>): void {
  for (const [option, actions] of Object.entries(FOR))
    if (given[option] && !actions.includes(task))
      throw new Error(`--${option} is for ${actions.join(", ")}, and not for ${task}`);
}
