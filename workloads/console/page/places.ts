import {isPlace, isStep} from "../../../api/geo.ts";
import {type Fix, follow, type Track, WITNESSES} from "../../../api/track.ts";

/** Of each fix of a past, in order, whether it is believed. A first one that none of the next bears out is not. */
export function believed(fixes: (Fix | undefined)[]): boolean[] {
  const track: Track = {doubts: 0};
  const placed = fixes.filter((fix): fix is Fix => fix !== undefined && isPlace(fix));
  const first = placed.find((fix, at) => {
    const next = placed.slice(at + 1, at + 1 + WITNESSES);
    return next.length === 0 || next.some((other) => isStep(fix, other, other.ms - fix.ms));
  });
  let begun = false;
  return fixes.map((fix) => {
    begun ||= fix !== undefined && fix === first;
    return begun && fix !== undefined && follow(track, fix);
  });
}
