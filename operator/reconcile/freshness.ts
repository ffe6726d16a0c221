import type {Freshness} from "../../api/status.ts";
import type {Answer} from "../components/store-figures.ts";

/** The figures of a store for the status, and those for the autoscaler alone. */
export interface StoreFigures extends Freshness {
  load?: {lag: number; behind: number};
}

/** How old a store's newest event is, in seconds; undefined if it has none. */
export const secondsOf = ({newest}: Pick<Answer, "newest">, now: number): number | undefined =>
  newest ? Math.max(0, Math.round((now - Date.parse(newest)) / 1_000)) : undefined;

/** The figures that stay true until the next reading: a class of age instead of an age, and words. */
export function figuresOf(store: string, answer: Answer, staleSeconds: number, now: number): StoreFigures {
  const {problem, unmatched, held, lost, lag, heldBack = 0, behind = Number.POSITIVE_INFINITY} = answer;
  const seconds = secondsOf(answer, now);
  return {
    store,
    age: seconds === undefined ? "None" : seconds > staleSeconds ? "Stale" : "Fresh",
    ...(problem ? {problem} : {}),
    ...(unmatched ? {unmatched} : {}),
    ...(held ? {held} : {}),
    ...(lost ? {lost} : {}),
    // Nobody can read the events that an open transaction holds back.
    ...(lag === undefined ? {} : {load: {lag: Math.max(0, lag - heldBack), behind}}),
  };
}

/** The figures to show: those shown before, while they are still true. */
export function settle<F extends Freshness>(before: F[] | undefined, now: F[]): F[] {
  return now.map((fresh) => {
    const shown = before?.find(({store}) => store === fresh.store);
    const still = shown && shown.age === fresh.age && shown.held === fresh.held && shown.lost === fresh.lost;
    const says = (name: "problem" | "unmatched") => kindOf(shown?.[name]) === kindOf(fresh[name]);
    return still && says("problem") && says("unmatched") ? shown : fresh;
  });
}

/** Of one kind, the words may differ each time: an address, a table's chunk, the names that another pod saw. */
const kindOf = (problem: string | undefined) => problem?.split(":")[0];

export const summary = (freshness: Freshness[]): string =>
  freshness.map(({store, age}) => `${store} ${age ?? "-"}`).join(", ");
