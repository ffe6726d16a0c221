import {isRawJSON} from "../../api/exact-json.ts";

/** A value somewhere in samples: its path, its own name, and what it was. */
export interface Leaf {
  path: string;
  name: string;
  values: unknown[];
}

export const DEEPEST = 8;

export function leavesOf(events: unknown[]): Leaf[] {
  const found = new Map<string, Leaf>();
  const visit = (value: unknown, path: string, name: string, depth: number) => {
    if (typeof value === "object" && value !== null && !isRawJSON(value)) {
      if (Array.isArray(value) || depth === DEEPEST) return;
      for (const [key, child] of Object.entries(value)) {
        const step = /^[^\s.[\]|"@*$]+$/.test(key) ? key : `["${key}"]`;
        visit(child, path === "" ? step : `${path}${step.startsWith("[") ? "" : "."}${step}`, key, depth + 1);
      }
      return;
    }
    const leaf = found.get(path) ?? {path, name, values: []};
    leaf.values.push(value);
    found.set(path, leaf);
  };
  for (const event of events.flatMap((one) => (Array.isArray(one) ? one : [one]))) visit(event, "", "", 0);
  return [...found.values()];
}
