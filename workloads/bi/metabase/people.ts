import type {Login, Metabase} from "./client.ts";
import {answers} from "./contract.ts";
import type {Task} from "./task.ts";

/** Name of the group of those who look and do not change. */
const READERS = "Telemetry viewers";

/** Numbers of Metabase's groups. */
export interface Groups {
  everybody: number;
  administrators: number;
  readers: number;
}

export async function keepGroups({metabase, result}: Task): Promise<Groups> {
  const groups = await metabase.get("/api/permissions/group", answers.groups);
  const magic = (type: string): number => {
    const found = groups.find((group) => group.magic_group_type === type);
    if (!found)
      throw new Error(`Metabase has no group of the type ${type}: let it run in the version that the operator pins`);
    return found.id;
  };
  let readers = groups.find(({name}) => name === READERS)?.id;
  if (readers === undefined) {
    readers = (await metabase.post("/api/permissions/group", {name: READERS}, answers.numbered)).id;
    result.changed.push(`group ${READERS}`);
  }
  return {everybody: magic("all-internal-users"), administrators: magic("admin"), readers};
}

/** Somebody who is in a group, which says what they may. */
interface Person extends Login {
  group: number;
  name: string;
}

/**
 * Makes people who are not there, and gives them their group and the password of their Secret; one whom somebody deactivated stays so.
 *
 * @param settled those whose password is known to be that of their Secret; it is added to
 */
export async function keepPeople({metabase, result}: Task, people: Person[], everybody: number, settled: Set<string>) {
  const {data} = await metabase.get("/api/user?status=all", answers.users);
  for (const person of people) {
    const title = `person ${person.email}`;
    const live = data.find(({email}) => email.toLowerCase() === person.email.toLowerCase());
    if (live && !live.is_active) {
      result.edited.push(title);
      continue;
    }
    const groups = [...new Set([everybody, ...(live?.group_ids ?? []), person.group])];
    const memberships = groups.map((id) => ({id}));
    const id = live?.id ?? (await make(metabase, person, memberships));
    const joined = live?.group_ids?.includes(person.group) ?? false;
    if (live && !joined) await metabase.put(`/api/user/${id}`, {user_group_memberships: memberships});
    const renewed = !settled.has(person.email) && (await keepPassword(metabase, id, person));
    settled.add(person.email);
    if (!joined || renewed) result.changed.push(title);
  }
}

const make = async (metabase: Metabase, {email, name}: Person, user_group_memberships: {id: number}[]) =>
  (
    await metabase.post(
      "/api/user",
      {email, first_name: "Telemetry", last_name: name, user_group_memberships},
      answers.numbered,
    )
  ).id;

/** A new password ends the sessions of whom it is for, so it is set only where it is another. */
async function keepPassword(metabase: Metabase, id: number, login: Login): Promise<boolean> {
  if (await metabase.knows(login)) return false;
  await metabase.put(`/api/user/${id}/password`, {password: login.password});
  return true;
}
