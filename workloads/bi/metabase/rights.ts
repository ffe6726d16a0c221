import {answers} from "./contract.ts";
import type {Groups} from "./people.ts";
import type {Task} from "./task.ts";

/**
 * Everybody sees what the databases hold through questions that are there, and writes none: whoever is to ask their own is given that by a group of theirs,
 * since what a person may is the sum of their groups. Metabase lets everybody ask anything of a new database.
 */
export async function keepDataRights({metabase, result}: Task, groups: Groups, databases: number[]) {
  const live = await metabase.get("/api/permissions/graph", answers.rights);
  // What a group may not do is left out; where tables differ, they are named.
  const mayAsk = (group: number, database: number) =>
    (live.groups[group]?.[database]?.["create-queries"] ?? "no") !== "no";
  const update = updateOf(groups, (group) =>
    Object.fromEntries(databases.filter((one) => mayAsk(group, one)).map((one) => [one, {"create-queries": "no"}])),
  );
  if (Object.keys(update).length === 0) return;
  await metabase.put("/api/permissions/graph", {revision: live.revision, groups: update});
  result.changed.push("rights to ask");
}

/** Everybody reads the platform's collection; a new one is everybody's to change, as the root is. */
export async function keepCollectionRights({metabase, result}: Task, groups: Groups, collection: number) {
  const live = await metabase.get("/api/collection/graph", answers.collectionRights);
  const update = updateOf(groups, (group) =>
    live.groups[group]?.[collection] === "read" ? {} : {[collection]: "read"},
  );
  if (Object.keys(update).length === 0) return;
  await metabase.put("/api/collection/graph", {revision: live.revision, groups: update});
  result.changed.push("rights to the collection");
}

/** By group, without those for whom all is as wanted. */
function updateOf({everybody, readers}: Groups, of: (group: number) => object): Record<string, object> {
  const all = [everybody, readers].map((group) => [group, of(group)] as const);
  return Object.fromEntries(all.filter(([, rights]) => Object.keys(rights).length > 0));
}
