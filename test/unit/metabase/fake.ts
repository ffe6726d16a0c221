import {randomUUID} from "node:crypto";
import {createServer, type IncomingMessage} from "node:http";
import type {AddressInfo} from "node:net";
import {isDeepStrictEqual} from "node:util";
import {type Body, requests} from "./requests.ts";

/**
 * NOT Metabase: a server that answers as Metabase v0.64.1 does to the requests that are used, as its sources have it, for tests. It keeps what it is told
 * in memory, asks no database, and where Metabase's answer is not known it refuses.
 */

interface User {
  id: number;
  email: string;
  password: string;
  is_active: boolean;
  groups: Set<number>;
}
interface Kept {
  id: number;
  name: string;
  archived: boolean;
  collection_id: number | null;
  creator_id: number;
  editor: number;
  /** The rest of what was sent. */
  rest: Record<string, any>;
}
interface Dashboard extends Kept {
  dashcards: (Record<string, any> & {id: number; card_id: number})[];
}

const [EVERYBODY, ADMINISTRATORS] = [1, 2];
const NAMES = new Map([
  [EVERYBODY, {name: "All Users", magic_group_type: "all-internal-users"}],
  [ADMINISTRATORS, {name: "Administrators", magic_group_type: "admin"}],
]);
const MASKED = "**MetabasePass**";

class Refusal extends Error {
  readonly status: number;
  readonly body: string;
  constructor(status: number, body: string | object) {
    super(`${status}`);
    this.status = status;
    this.body = typeof body === "string" ? body : JSON.stringify(body);
  }
}
const refuse = (status: number, body: string | object): never => {
  throw new Refusal(status, body);
};

export async function startFakeMetabase() {
  const state = {
    setupToken: randomUUID() as string | null,
    last: 100,
    sessions: new Map<string, number>(),
    users: [] as User[],
    groups: new Map<number, {name: string; magic_group_type: string | null}>(NAMES),
    databases: [] as {id: number; name: string; engine: string; details: Record<string, unknown>; creator_id: number}[],
    collections: [] as {id: number; name: string; archived: boolean}[],
    cards: [] as Kept[],
    dashboards: [] as Dashboard[],
    /** What a group may, if it is not what it is given at first. */
    rights: {revision: 0, groups: {} as Record<string, Record<string, Record<string, string>>>},
    collectionRights: {revision: 0, groups: {} as Record<string, Record<string, string>>},
    /** Each as `POST /api/card`, in the order in which they came. */
    requests: [] as string[],
    /** An answer to each request, for what is wrong with the server. */
    fault: undefined as {status: number; body: string} | undefined,
  };
  const number = () => ++state.last;
  const find = <T extends {id: number}>(all: T[], id: number): T =>
    all.find((one) => one.id === id) ?? refuse(404, "Not found.");
  const at = (all: Record<string, any>, ...keys: number[]) => keys.reduce((inner, key) => (inner[key] ??= {}), all);

  type Handler = (user: User, id: number, body: any, query: URLSearchParams) => unknown;
  const shown = (kept: Kept) => ({
    ...kept.rest,
    id: kept.id,
    name: kept.name,
    archived: kept.archived,
    collection_id: kept.collection_id,
    creator_id: kept.creator_id,
    "last-edit-info": {id: kept.editor, email: find(state.users, kept.editor).email, timestamp: "2026-11-30T10:00:00Z"},
  });
  const listed = (all: Kept[], user: User, query: URLSearchParams) => {
    const filter = query.get("f") ?? "all";
    if (!["all", "mine", "archived"].includes(filter))
      refuse(400, {errors: {f: "nullable enum of all, mine, archived"}});
    return all
      .filter((one) => one.archived === (filter === "archived"))
      .filter((one) => filter !== "mine" || one.creator_id === user.id)
      .map(shown);
  };
  /** Somebody counts as its editor only if something became otherwise; `caveats` is not part of the history. */
  const change = (kept: Kept, user: User, {name, archived, collection_id, ...rest}: Record<string, any>) => {
    const history = ({editor: _, rest: {caveats: __, ...known}, ...all}: Kept) => ({...all, known});
    const before = structuredClone(history(kept));
    Object.assign(
      kept,
      Object.fromEntries(Object.entries({name, archived, collection_id}).filter(([, value]) => value !== undefined)),
    );
    Object.assign(kept.rest, rest);
    if (!isDeepStrictEqual(before, structuredClone(history(kept)))) kept.editor = user.id;
  };
  const checkQuery = ({database, native}: Body<"POST /api/card">["dataset_query"]) => {
    find(state.databases, database);
    const used = new Set([...native.query.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name!));
    const declared = Object.entries(native["template-tags"]);
    if (
      declared.some(([name, tag]) => tag.name !== name) ||
      !isDeepStrictEqual(used, new Set(declared.map(([name]) => name)))
    )
      refuse(400, {errors: {dataset_query: "template tags are not those of the statement"}});
    // Metabase answers with the query in a newer form than it takes.
    const stages = [{"lib/type": "mbql.stage/native", native: native.query, "template-tags": native["template-tags"]}];
    return {"lib/type": "mbql/query", database, stages};
  };
  const checkDashcards = (dashboard: Dashboard, {dashcards = []}: Body<"PUT /api/dashboard/:id">) => {
    if (new Set(dashcards.map(({id}) => id)).size < dashcards.length)
      refuse(400, {errors: {dashcards: "value must be seq of maps in which ids are unique"}});
    for (const {id, card_id, col, size_x, parameter_mappings = []} of dashcards) {
      const card = find(state.cards, card_id ?? 0);
      if (id > 0 && !dashboard.dashcards.some((one) => one.id === id)) refuse(404, "Not found.");
      if (id < 0 && card.archived) refuse(404, {message: "The object has been archived.", error_code: "archived"});
      if (col + size_x > 24) refuse(400, "a card leaves the grid");
      for (const {target} of parameter_mappings)
        if (!(target[1][1] in card.rest.dataset_query.stages[0]["template-tags"])) refuse(400, "no such template tag");
    }
  };
  const masked = ({details, ...database}: (typeof state.databases)[number]) => ({
    ...database,
    details: Object.fromEntries(
      Object.entries(details)
        .filter(([name]) => !name.startsWith("ssl-root-cert"))
        .map(([name, value]) => [name, /password/.test(name) ? MASKED : value]),
    ),
  });
  const trash = (collection: number, archived: boolean) => {
    for (const one of [...state.cards, ...state.dashboards])
      if (one.collection_id === collection) one.archived = archived;
  };
  const checkRevision = (live: {revision: number}, given: number) => {
    if (live.revision !== given)
      refuse(409, "Looks like someone else edited the permissions and your data is out of date.");
    live.revision++;
  };
  const idsOf = (memberships: {id: number}[]) => new Set(memberships.map(({id}) => id));

  const handlers: Record<string, Handler> = {
    "GET /api/user/current": (user) => ({id: user.id, email: user.email}),
    "GET /api/user": () => ({
      data: state.users.map(({id, email, is_active, groups}) => ({id, email, is_active, group_ids: [...groups]})),
    }),
    "POST /api/user"(_, __, {email, user_group_memberships = []}: Body<"POST /api/user">) {
      if (state.users.some((one) => one.email.toLowerCase() === email.toLowerCase()))
        refuse(400, {errors: {email: "Email address already in use."}});
      const groups = idsOf(user_group_memberships ?? []).add(EVERYBODY);
      const made = {id: number(), email, password: randomUUID(), is_active: true, groups};
      state.users.push(made);
      return {id: made.id, email};
    },
    "PUT /api/user/:id"(_, id, {user_group_memberships}: Body<"PUT /api/user/:id">) {
      const user = find(state.users, id);
      if (!user.is_active) refuse(404, "Not found.");
      if (user_group_memberships) user.groups = idsOf(user_group_memberships);
      return {id};
    },
    "PUT /api/user/:id/password"(_, id, {password}: Body<"PUT /api/user/:id/password">) {
      const user = find(state.users, id);
      if (!user.is_active) refuse(404, "Not found.");
      user.password = password;
      for (const [session, of] of state.sessions) if (of === id) state.sessions.delete(session);
    },
    "GET /api/permissions/group": () => [...state.groups].map(([id, group]) => ({id, ...group, member_count: 1})),
    "POST /api/permissions/group"(_, __, {name}: Body<"POST /api/permissions/group">) {
      const id = number();
      state.groups.set(id, {name, magic_group_type: null});
      return {id, name};
    },
    "GET /api/permissions/graph": () => ({
      revision: state.rights.revision,
      groups: Object.fromEntries(
        [...state.groups.keys()].map((group) => [
          group,
          Object.fromEntries(
            state.databases.map(({id}) => {
              const rights: Record<string, string> = {
                ...{"view-data": "unrestricted", "create-queries": "query-builder-and-native"},
                ...(group === ADMINISTRATORS ? {} : at(state.rights.groups, group, id)),
              };
              // The least right is not named.
              return [id, Object.fromEntries(Object.entries(rights).filter(([, level]) => level !== "no"))];
            }),
          ),
        ]),
      ),
    }),
    "PUT /api/permissions/graph"(_, __, {revision, groups}: Body<"PUT /api/permissions/graph">) {
      checkRevision(state.rights, revision);
      for (const [group, databases] of Object.entries(groups))
        for (const [database, rights] of Object.entries(databases)) {
          find(state.databases, Number(database));
          Object.assign(at(state.rights.groups, Number(group), Number(database)), rights);
        }
    },
    "GET /api/collection": (_, __, ___, query) => [
      ...(query.get("archived") === "true" ? [] : [{id: "root", name: "Our analytics"}]),
      ...state.collections.filter(({archived}) => archived === (query.get("archived") === "true")),
    ],
    "POST /api/collection"(_, __, {name}: Body<"POST /api/collection">) {
      const made = {id: number(), name, archived: false};
      state.collections.push(made);
      // As the root has it.
      at(state.collectionRights.groups, EVERYBODY)[made.id] = "write";
      return made;
    },
    "PUT /api/collection/:id"(_, id, body: Body<"PUT /api/collection/:id">) {
      const collection = Object.assign(find(state.collections, id), body);
      if (body.archived !== undefined) trash(id, body.archived);
      return collection;
    },
    "GET /api/collection/graph": () => ({
      revision: state.collectionRights.revision,
      groups: Object.fromEntries(
        [...state.groups.keys()].map((group) => [
          group,
          Object.fromEntries(
            state.collections.map(({id}) => [id, at(state.collectionRights.groups, group)[id] ?? "none"]),
          ),
        ]),
      ),
    }),
    "PUT /api/collection/graph"(_, __, {revision, groups}: Body<"PUT /api/collection/graph">) {
      checkRevision(state.collectionRights, revision);
      for (const [group, rights] of Object.entries(groups))
        Object.assign(at(state.collectionRights.groups, Number(group)), rights);
    },
    "GET /api/database": () => ({data: state.databases.map(masked), total: state.databases.length}),
    "POST /api/database"(user, _, {name, engine, details}: Body<"POST /api/database">) {
      if (details.host === "nowhere")
        refuse(400, {message: "Cannot reach the host.", errors: {host: "check your host settings"}});
      const made = {id: number(), name, engine, details, creator_id: user.id};
      state.databases.push(made);
      return masked(made);
    },
    "PUT /api/database/:id"(_, id, {details = {}, ...rest}: Body<"PUT /api/database/:id">) {
      const database = find(state.databases, id);
      if (details.host === "nowhere") refuse(400, {message: "Cannot reach the host."});
      return masked(Object.assign(database, rest, {details: {...database.details, ...details}}));
    },
    "GET /api/card": (user, _, __, query) => listed(state.cards, user, query),
    "POST /api/card"(user, _, {name, collection_id = null, dataset_query, ...rest}: Body<"POST /api/card">) {
      const made: Kept = {
        ...{id: number(), name, archived: false, collection_id, creator_id: user.id, editor: user.id},
        // Metabase gives the entity_id, whatever is asked for.
        rest: {...rest, dataset_query: checkQuery(dataset_query), entity_id: randomUUID().slice(0, 21)},
      };
      state.cards.push(made);
      return shown(made);
    },
    "PUT /api/card/:id"(user, id, {dataset_query, ...body}: Body<"PUT /api/card/:id">) {
      const card = find(state.cards, id);
      change(card, user, {...body, ...(dataset_query ? {dataset_query: checkQuery(dataset_query)} : {})});
      return shown(card);
    },
    "DELETE /api/card/:id"(_, id) {
      state.cards.splice(state.cards.indexOf(find(state.cards, id)), 1);
      for (const one of state.dashboards) one.dashcards = one.dashcards.filter(({card_id}) => card_id !== id);
    },
    "POST /api/card/:id/copy"(user, id) {
      const copy = {...structuredClone(find(state.cards, id)), id: number(), creator_id: user.id, editor: user.id};
      state.cards.push(copy);
      return shown(copy);
    },
    "GET /api/dashboard": (user, _, __, query) => listed(state.dashboards, user, query),
    "GET /api/dashboard/:id"(_, id) {
      const dashboard = find(state.dashboards, id);
      return {
        ...shown(dashboard),
        dashcards: dashboard.dashcards.filter(({card_id}) => !find(state.cards, card_id).archived),
      };
    },
    "POST /api/dashboard"(user, _, {name, collection_id = null, ...rest}: Body<"POST /api/dashboard">) {
      const made: Dashboard = {
        ...{id: number(), name, archived: false, collection_id, creator_id: user.id, editor: user.id},
        ...{rest: {caveats: null, ...rest}, dashcards: []},
      };
      state.dashboards.push(made);
      return shown(made);
    },
    "PUT /api/dashboard/:id"(user, id, {dashcards, ...body}: Body<"PUT /api/dashboard/:id">) {
      const dashboard = find(state.dashboards, id);
      checkDashcards(dashboard, {dashcards});
      if (dashcards && dashboard.archived) refuse(404, {message: "The object has been archived."});
      const before = dashboard.dashcards;
      if (dashcards)
        dashboard.dashcards = dashcards.map((one) => ({
          ...one,
          id: one.id < 0 ? number() : one.id,
          card_id: one.card_id!,
        }));
      if (!isDeepStrictEqual(before, dashboard.dashcards)) dashboard.editor = user.id;
      change(dashboard, user, body);
      return shown(dashboard);
    },
    "DELETE /api/dashboard/:id"(_, id) {
      state.dashboards.splice(state.dashboards.indexOf(find(state.dashboards, id)), 1);
    },
    "DELETE /api/session": () => undefined,
  };

  const openHandlers: Record<string, (body: any) => unknown> = {
    "GET /api/health": () => ({status: "ok"}),
    "GET /api/session/properties": () => ({
      "has-user-setup": state.users.length > 0,
      "setup-token": state.setupToken,
      "site-name": "Metabase",
    }),
    "POST /api/setup"({token, user}: Body<"POST /api/setup">) {
      if (state.users.length > 0)
        refuse(403, "The /api/setup route can only be used to create the first user, however a user currently exists.");
      if (token !== state.setupToken) refuse(400, {errors: {token: "Token does not match the setup token."}});
      state.setupToken = null;
      const groups = new Set([EVERYBODY, ADMINISTRATORS]);
      state.users.push({id: number(), email: user.email, password: user.password, is_active: true, groups});
      return {id: open(state.last)};
    },
    "POST /api/session"({username, password}: Body<"POST /api/session">) {
      const user = state.users.find((one) => one.email === username);
      if (!user?.is_active || user.password !== password)
        return refuse(401, {errors: {password: "did not match stored password"}});
      return {id: open(user.id)};
    },
  };
  const open = (user: number): string => {
    const session = randomUUID();
    state.sessions.set(session, user);
    return session;
  };

  function answer(request: IncomingMessage, text: string): unknown {
    const {pathname, searchParams} = new URL(request.url!, "http://localhost");
    state.requests.push(`${request.method} ${pathname}`);
    if (state.fault) refuse(state.fault.status, state.fault.body);
    const route = `${request.method} ${pathname.replace(/\/\d+(?=\/|$)/, "/:id")}`;
    const given = text === "" ? undefined : JSON.parse(text);
    const schema = requests[route as keyof typeof requests];
    if (!schema && given !== undefined) refuse(400, `${route} has no body here`);
    const session = String(request.headers["x-metabase-session"] ?? "");
    const user = state.users.find(({id, is_active}) => is_active && id === state.sessions.get(session));
    if (!(route in openHandlers) && !user) refuse(401, "Unauthenticated");
    const parsed = schema?.safeParse(given);
    if (parsed && !parsed.success)
      refuse(400, {
        errors: Object.fromEntries(parsed.error.issues.map(({path, message}) => [path.join(".") || "body", message])),
      });
    if (route in openHandlers) return openHandlers[route]!(given);
    if (!(route in handlers)) refuse(404, "API endpoint does not exist.");
    const asEverybody = ["GET /api/user/current", "DELETE /api/session"];
    if (!user!.groups.has(ADMINISTRATORS) && !asEverybody.includes(route))
      refuse(403, "You don't have permissions to do that.");
    if (route === "DELETE /api/session") state.sessions.delete(session);
    return handlers[route]!(user!, Number(/\/(\d+)/.exec(pathname)?.[1] ?? 0), given, searchParams);
  }

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    try {
      const given = answer(request, Buffer.concat(chunks).toString());
      if (given === undefined) response.writeHead(204).end();
      else response.writeHead(200, {"content-type": "application/json"}).end(JSON.stringify(given));
    } catch (error) {
      if (error instanceof Refusal) response.writeHead(error.status).end(error.body);
      else response.writeHead(599).end(`the fake is broken: ${(error as Error).stack}`);
    }
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    state,
    /** Requests that change something, since it was asked last. */
    changes: () =>
      state.requests.splice(0).filter((request) => !request.startsWith("GET ") && !request.endsWith("/api/session")),
    close: () => server.close(),
  };
}
