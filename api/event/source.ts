import type {FieldMapping} from "../components/event.ts";
import {isRawJSON} from "../exact-json.ts";
import {createOthers} from "./others.ts";
import {placesOf, type Take} from "./path.ts";

/** How often something was looked for. */
interface Look {
  times: number;
  found: boolean;
}

/** The values of an event, and what of it is left when they are taken. */
export function createSources() {
  const others = createOthers();
  /** Where the value came from that was taken last. */
  let last = -1;
  const looks = new Map<string, Look>();
  const lookFor = (name: string): Look => {
    const look = looks.get(name) ?? {times: 0, found: false};
    looks.set(name, look);
    return look;
  };

  return {
    /** The first of the path's places that has something; null if one of them says that there is nothing. */
    of(name: string, {path = name, separator, part = 0}: Pick<FieldMapping, "path" | "separator" | "part">): Take {
      const places = placesOf(path).map(({take, names}) => ({take, id: names ? others.add(names) : -1}));
      const look = lookFor(name);
      return (event, root, message) => {
        let none: null | undefined;
        last = -1;
        look.times++;
        for (const {take, id} of places) {
          const value = take(event, root, message);
          if (value === undefined) continue;
          look.found = true;
          last = id;
          if (value === null) none = null;
          // A number that JavaScript would round comes as its digits.
          else {
            const plain = isRawJSON(value) ? value.rawJSON : value;
            return separator !== undefined && typeof plain === "string" ? plain.split(separator).at(part) : plain;
          }
        }
        return none;
      };
    },
    constant(value: number): Take {
      return () => {
        last = -1;
        return value;
      };
    },
    lookFor,
    begin: others.begin,
    /** What was taken last is in a column. */
    keep: () => others.note(last),
    rest: others.of,
  };
}
