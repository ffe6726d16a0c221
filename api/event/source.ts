import type {FieldMapping} from "../components/event.ts";
import {isRawJSON} from "../exact-json.ts";
import {createOthers} from "./others.ts";
import {placesOf, type Take} from "./path.ts";

/** The values of an event, and what of it is left when they are taken. */
export function createSources() {
  const others = createOthers();
  /** Where the value came from that was taken last. */
  let last = -1;

  return {
    /** The first of the path's places that has something; null if one of them says that there is nothing. */
    of(name: string, {path = name, separator, part = 0}: Pick<FieldMapping, "path" | "separator" | "part">): Take {
      const places = placesOf(path).map(({take, names}) => ({take, id: names ? others.add(names) : -1}));
      return (event, root, message) => {
        let none: null | undefined;
        last = -1;
        for (const {take, id} of places) {
          const value = take(event, root, message);
          if (value === undefined) continue;
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
    begin: others.begin,
    /** What was taken last is in a column. */
    keep: () => others.note(last),
    rest: others.of,
  };
}
