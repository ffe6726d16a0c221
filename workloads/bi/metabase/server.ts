import {text} from "../../lib/environment.ts";
import type {BiServer} from "../server.ts";
import {connectMetabase, type Login} from "./client.ts";
import {keepCollection, keepContent, readContent} from "./content.ts";
import {answers} from "./contract.ts";
import {keepDatabases} from "./databases.ts";
import {keepGroups, keepPeople} from "./people.ts";
import {keepCollectionRights, keepDataRights} from "./rights.ts";
import type {Task} from "./task.ts";

/** Metabase knows people by their e-mail addresses; nobody gets mail at these. */
const loginOf = (who: string): Login => {
  const name = text(`${who}_USERNAME`);
  return {email: name.includes("@") ? name : `${name}@telemetry.local`, password: text(`${who}_PASSWORD`)};
};

/**
 * Metabase at BI_URL, by BI_KEEPER_USERNAME and BI_KEEPER_PASSWORD, the administrator as whom all is made; with the logins of people BI_USERNAME and
 * BI_PASSWORD (administrator), BI_READER_USERNAME and BI_READER_PASSWORD (looks and does not change).
 *
 * A dashboard or question of the platform's that a person edited, moved or put into the trash is theirs from then on; deleted there for good, it is made anew.
 */
export function openMetabase(): BiServer {
  const metabase = connectMetabase(text("BI_URL").replace(/\/+$/, ""), loginOf("BI_KEEPER"));
  const [administrator, reader] = [loginOf("BI"), loginOf("BI_READER")];
  const settled = {people: new Set<string>(), databases: new Set<string>()};

  return {
    async health() {
      await metabase.open.get("/api/health", answers.health);
    },
    async provision(wanted) {
      const {id: keeper} = await metabase.get("/api/user/current", answers.numbered);
      const task: Task = {metabase, keeper, result: {changed: [], edited: [], missing: []}};
      const groups = await keepGroups(task);
      const people = [
        {...administrator, group: groups.administrators, name: "administrator"},
        {...reader, group: groups.readers, name: "viewer"},
      ];
      await keepPeople(task, people, groups.everybody, settled.people);
      const databases = await keepDatabases(task, wanted.databases, settled.databases);
      await keepDataRights(task, groups, [...databases.values()]);
      const live = await readContent(task);
      const collection = await keepCollection(task, live);
      if (collection !== undefined) {
        await keepCollectionRights(task, groups, collection);
        await keepContent(task, live, wanted, databases, collection);
      }
      return task.result;
    },
  };
}
