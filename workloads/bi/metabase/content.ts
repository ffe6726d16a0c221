import type {Dashboard, Source} from "../content/model.ts";
import type {Wanted} from "../wanted.ts";
import {boardOf, type Shown} from "./board.ts";
import {type Card, cardOf} from "./card.ts";
import {answers, type Kept} from "./contract.ts";
import {markOf, readMark} from "./mark.ts";
import type {Task} from "./task.ts";

/** The name of the collection of all that is the platform's. */
const COLLECTION = "Telemetry";

/** What Metabase has of the platform's, by key. */
type Ours<T> = Map<string, T & {mark: string}>;

interface Content {
  cards: Ours<Kept>;
  dashboards: Ours<Kept>;
  /** Dashboards of the keeper's without a mark: it ended between making one and filling it. */
  bare: Kept[];
}

/** A copy that a person made has the mark too, and another creator. */
export async function readContent({metabase, keeper}: Task): Promise<Content> {
  const cards: Ours<Kept> = new Map();
  const dashboards: Ours<Kept> = new Map();
  const bare: Kept[] = [];
  // The list that Metabase calls archived is everybody's. What is not archived comes last, so that it counts if there are two.
  for (const filter of ["archived", "mine"]) {
    for (const card of await metabase.get(`/api/card?f=${filter}`, answers.cards)) {
      if (card.creator_id !== keeper) continue;
      const found = readMark(JSON.stringify([card.visualization_settings, card.dataset_query]));
      if (found) cards.set(found.key, {...card, mark: found.mark});
      // Not by a person: all would be made again, each time.
      else if (!isEdited(card, keeper))
        throw new Error(`question ${card.id} of Metabase has lost the mark of the platform: delete it there`);
    }
    for (const dashboard of await metabase.get(`/api/dashboard?f=${filter}`, answers.dashboards)) {
      if (dashboard.creator_id !== keeper) continue;
      const found = readMark(dashboard.caveats ?? "");
      if (found) dashboards.set(found.key, {...dashboard, mark: found.mark});
      else bare.push(dashboard);
    }
  }
  return {cards, dashboards, bare};
}

/**
 * Finds the collection by what is in it, else by its name, or makes it.
 *
 * @return its number; undefined: somebody put it into the trash, where all stays until somebody takes it out or empties the trash
 */
export async function keepCollection({metabase, keeper, result}: Task, {cards}: Content): Promise<number | undefined> {
  const home = [...cards.values()].find((card) => !isEdited(card, keeper) && card.collection_id !== null);
  if (home) return home.collection_id!;
  const named = async (query: string) =>
    (await metabase.get(`/api/collection${query}`, answers.collections)).find(({name}) => name === COLLECTION)?.id;
  const live = await named("");
  if (live !== undefined) return Number(live);
  if ((await named("?archived=true")) !== undefined) {
    result.edited.push(`collection ${COLLECTION}`);
    return undefined;
  }
  const made = await metabase.post(
    "/api/collection",
    {name: COLLECTION, description: "Reports of the telemetry platform. What somebody edits stays as they leave it."},
    answers.numbered,
  );
  result.changed.push(`collection ${COLLECTION}`);
  return made.id;
}

/** Whether a person had it last; what is in the trash was put there by one. */
const isEdited = (kept: Kept, keeper: number): boolean =>
  kept.archived || (kept["last-edit-info"] ?? {id: keeper}).id !== keeper;

/** Makes and changes questions and dashboards; a dashboard waits until each of its databases can be reached. */
export async function keepContent(
  task: Task,
  live: Content,
  {dashboards, datasets}: Wanted,
  databases: Map<Source, number>,
  collection: number,
): Promise<void> {
  for (const [key, dashboard] of Object.entries(dashboards)) {
    const sources = new Set(
      dashboard.rows.flatMap((row) => Object.values(row).map((one) => datasets[one.dataset]!.source)),
    );
    // Metabase has no driver for the lake.
    if (sources.has("lake")) continue;
    if ([...sources].some((source) => !databases.has(source))) {
      task.result.missing.push(`dashboard ${dashboard.title}`);
      continue;
    }
    const rows: Shown[][] = [];
    for (const row of dashboard.rows) {
      const shown: Shown[] = [];
      for (const [name, question] of Object.entries(row)) {
        const dataset = datasets[question.dataset]!;
        const path = `${key}/${name}`;
        const card = cardOf(path, dataset, question, databases.get(dataset.source)!);
        const title = `question ${dashboard.title} / ${question.title}`;
        const id = await keepCard(task, live.cards.get(path), card, title, collection);
        if (id !== undefined) shown.push({id, show: question.show, tags: card.tags});
      }
      rows.push(shown);
    }
    await keepDashboard(task, live, key, dashboard, rows, collection);
  }
}

/** Returns its number; undefined: it is in the trash, from where no dashboard can show it. */
async function keepCard(
  {metabase, keeper, result}: Task,
  live: (Kept & {mark: string}) | undefined,
  card: Card,
  title: string,
  collection: number,
): Promise<number | undefined> {
  if (live && isEdited(live, keeper)) {
    result.edited.push(title);
    return live.archived ? undefined : live.id;
  }
  if (live?.mark === card.mark) return live.id;
  result.changed.push(title);
  if (!live) return (await metabase.post("/api/card", {...card.body, collection_id: collection}, answers.numbered)).id;
  await metabase.put(`/api/card/${live.id}`, card.body);
  return live.id;
}

async function keepDashboard(
  {metabase, keeper, result}: Task,
  {dashboards, bare}: Content,
  key: string,
  dashboard: Dashboard,
  rows: Shown[][],
  collection: number,
): Promise<void> {
  const title = `dashboard ${dashboard.title}`;
  const board = boardOf(dashboard, rows);
  const mark = markOf(key, board);
  const live =
    dashboards.get(key) ??
    bare.find(({name, collection_id}) => name === dashboard.title && collection_id === collection);
  if (live && isEdited(live, keeper)) {
    result.edited.push(title);
    return;
  }
  if (dashboards.get(key)?.mark === mark) return;
  const {name, description} = board;
  const id =
    live?.id ??
    (await metabase.post("/api/dashboard", {name, description, collection_id: collection}, answers.numbered)).id;
  // A card of a dashboard keeps its number while it shows the same question: subscriptions of people hang on it.
  const {dashcards} = await metabase.get(`/api/dashboard/${id}`, answers.dashboard);
  const numbers = new Map(dashcards.map((one) => [one.card_id, one.id]));
  const numbered = board.dashcards.map((one, index) => ({id: numbers.get(one.card_id) ?? -1 - index, ...one}));
  await metabase.put(`/api/dashboard/${id}`, {...board, dashcards: numbered, caveats: mark});
  result.changed.push(title);
}
