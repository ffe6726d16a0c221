import type {KubeClient} from "./client.ts";
import type {Cache} from "./controller.ts";
import {keyOf, type ResourceType, typeId} from "./types.ts";

/** A list answers for this long. */
const FRESH_MS = 2_000;
/** So many objects of a list, by their metadata alone, cost about as much as one GET. */
const PER_GET = 10;
/** The objects that a namespace is taken to have before its first list. */
const GUESS = 20;
const PAGE = 500;
/** Sizes are learned anew after this long, so that no namespace is remembered for good. */
const FORGET_MS = 60_000;

interface Question {
  type: ResourceType;
  namespace: string;
  names: string[];
  /** The resourceVersion that a list must have come to; default: any fresh list answers. */
  since?: string | undefined;
}

/** Answers which names are taken, of kinds of which the cache has only a part. */
export interface Names {
  taken(cache: Cache, question: Question): Promise<string[]>;
}

/** A kind in a namespace. */
interface Known {
  /** The names of the last complete list, and ms of this process at which it was asked for. */
  names: Set<string>;
  at: number;
  resourceVersion: string;
  /** The objects that a list would bring. */
  size: number;
  listing?: Promise<boolean> | undefined;
  /** Names asked for since `since`, and in the period before. */
  demand: {since: number; now: number; before: number};
}

/**
 * A thousand pipelines that come up ask for some forty names each. One list of the metadata answers for many of them; it is taken only while it
 * costs less than a GET for each name that is asked for, so a namespace full of other objects is never listed for a few names.
 *
 * @param othersOf label selectors by which lists hold all objects of a kind that the cache lacks
 * @param clock ms that only grow
 */
export function createNames(
  client: KubeClient,
  othersOf: (type: ResourceType) => string[],
  clock = () => performance.now(),
): Names {
  const known = new Map<string, Known>();
  let cleared = clock();

  function knownOf(id: string, now: number): Known {
    if (now - cleared > FORGET_MS) {
      known.clear();
      cleared = now;
    }
    const about = known.get(id) ?? unknown(now);
    known.set(id, about);
    return about;
  }

  /** Lists up to so many objects; false when there are more. */
  async function list(type: ResourceType, namespace: string, about: Known, limit: number): Promise<boolean> {
    const [names, at] = [new Set<string>(), clock()];
    let [next, resourceVersion]: [string | undefined, string] = [undefined, ""];
    for (const labelSelector of othersOf(type)) {
      do {
        const most = Math.max(1, Math.min(PAGE, limit - names.size));
        const options = {namespace, labelSelector, metadataOnly: true, limit: most, continue: next};
        const page = await client.list(type, options);
        for (const {metadata} of page.items) names.add(metadata.name);
        next = page.continue;
        // Of several lists the first is the oldest.
        resourceVersion ||= page.resourceVersion;
      } while (next && names.size < limit);
      if (next) break;
    }
    about.size = next ? 2 * limit : names.size;
    if (!next) Object.assign(about, {names, at, resourceVersion});
    return !next;
  }

  /** The list that is under way, or a new one. */
  function listed(type: ResourceType, namespace: string, about: Known, limit: number): Promise<boolean> {
    about.listing ??= list(type, namespace, about, limit).finally(() => {
      about.listing = undefined;
    });
    return about.listing;
  }

  const oneByOne = async (type: ResourceType, namespace: string, names: string[]): Promise<string[]> => {
    const found = await Promise.all(names.map((name) => client.get(type, {name, namespace})));
    return names.filter((_, index) => found[index]);
  };

  return {
    async taken(cache, {type, namespace, names, since}) {
      if (!cache.available(type)) return oneByOne(type, namespace, names);
      const now = clock();
      const about = knownOf(`${typeId(type)} ${namespace}`, now);
      const worth = demandFor(about, names.length, now) * PER_GET;
      // A list that is under way was asked for earlier, and may not do; those who wait for it share the next one.
      await about.listing?.catch(() => {});
      const answered =
        serves(about, clock(), since) || (about.size <= worth && (await listed(type, namespace, about, worth)));
      if (!answered) return oneByOne(type, namespace, names);
      return names.filter((name) => about.names.has(name) || cache.get(type, keyOf({metadata: {name, namespace}})));
    },
  };
}

const unknown = (now: number): Known => ({
  names: new Set(),
  at: Number.NEGATIVE_INFINITY,
  resourceVersion: "",
  size: GUESS,
  demand: {since: now, now: 0, before: 0},
});

/** Whether the last list is fresh, and has come to that resourceVersion: servers count one for all kinds. */
const serves = ({at, resourceVersion}: Known, now: number, since: string | undefined): boolean =>
  now - at < FRESH_MS && (since === undefined || Number(resourceVersion) >= Number(since));

/** The names asked for in one period, these included. */
function demandFor({demand}: Known, names: number, now: number): number {
  const periods = Math.floor((now - demand.since) / FRESH_MS);
  if (periods > 0) Object.assign(demand, {since: now, now: 0, before: periods === 1 ? demand.now : 0});
  demand.now += names;
  return Math.max(demand.now, demand.before);
}
