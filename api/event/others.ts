import {isRawJSON} from "../exact-json.ts";

/** Fields that are read, by name, and below them those of an object; `ids` say which readings were made of them. */
interface Node {
  ids: number[];
  below: Map<string, Node>;
}

/** What of an event goes into no column. A field that was read counts as kept; one that was looked at in vain does not. */
export function createOthers() {
  const top: Node = {ids: [], below: new Map()};
  let count = 0;
  const taken: boolean[] = [];
  return {
    /** @returns the id to note the field as read by */
    add(names: string[]): number {
      let node = top;
      for (const name of names) {
        if (!node.below.has(name)) node.below.set(name, {ids: [], below: new Map()});
        node = node.below.get(name)!;
      }
      node.ids.push(count);
      return count++;
    },
    begin: () => void taken.fill(false, 0, count),
    /** Ids below 0 stand for what is no field of the event. */
    note(id: number): void {
      if (id >= 0) taken[id] = true;
    },
    /** Undefined if nothing is left. */
    of: (event: object) => rest(event as Record<string, unknown>, top, taken),
  };
}

function rest(from: Record<string, unknown>, {below}: Node, taken: boolean[]): Record<string, unknown> | undefined {
  let others: Record<string, unknown> | undefined;
  for (const name of Object.keys(from)) {
    const node = below.get(name);
    let value = from[name];
    if (node) {
      if (isTaken(node.ids, taken)) continue;
      if (node.below.size > 0 && isPlain(value)) value = rest(value, node, taken);
      if (value === undefined) continue;
    }
    others ??= {};
    // By assignment it would be the prototype.
    if (name === "__proto__") Object.defineProperty(others, name, {value, enumerable: true});
    else others[name] = value;
  }
  return others;
}

function isTaken(ids: number[], taken: boolean[]): boolean {
  for (const id of ids) if (taken[id]) return true;
  return false;
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !isRawJSON(value);
