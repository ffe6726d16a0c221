import {request} from "undici";
import {afterAll, beforeEach, expect, test} from "vitest";
import {openMetabase} from "../../workloads/bi/metabase/server.ts";
import {type Wanted, wantedOf} from "../../workloads/bi/wanted.ts";
import {startFakeMetabase} from "./metabase/fake.ts";

/** The provisioning of Metabase against a fake of it (metabase/fake.ts): Metabase itself cannot be had here. */
const fakes: {close(): void}[] = [];
afterAll(() => {
  for (const each of fakes) each.close();
});
let fake: Awaited<ReturnType<typeof startFakeMetabase>>;

const [ADMIN, VIEWER, KEEPER] = ["admin", "viewer", "telemetry-operator"].map((name) => `${name}@telemetry.local`);

beforeEach(async () => {
  fake = await startFakeMetabase();
  fakes.push(fake);
  Object.assign(process.env, {
    BI_URL: `${fake.url}/`,
    ...{BI_USERNAME: "admin", BI_PASSWORD: "admin-password-1"},
    ...{BI_READER_USERNAME: "viewer", BI_READER_PASSWORD: "viewer-password-1"},
    ...{BI_KEEPER_USERNAME: "telemetry-operator", BI_KEEPER_PASSWORD: "keeper-password-1"},
    BI_HAS: "timescaledb,warehouse,lake,alerting,flink",
    BI_COLD_CHAIN_MAX: "8",
    ...{PGHOST: "db", PGDATABASE: "telemetry", PGUSER: "telemetry_reader", PGPASSWORD: "database-password"},
    ...{PGSSLMODE: "verify-full", PGSSLROOTCERT: "/ca/ca.crt"},
    ...{WAREHOUSE_URL: "http://router:8088", WAREHOUSE_TABLE: "telemetry"},
    ...{WAREHOUSE_USERNAME: "reader", WAREHOUSE_PASSWORD: "warehouse-password"},
  });
});

/** Two dashboards are enough to see what becomes of them. */
function few(): Wanted {
  const {dashboards, ...wanted} = wantedOf();
  return {...wanted, dashboards: {fleet: dashboards.fleet!, utilisation: dashboards.utilisation!}};
}

/** What a person does, logged in. */
async function asPerson(method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: object): Promise<any> {
  const login = {username: ADMIN, password: process.env.BI_PASSWORD};
  const {id: session} = (await request(`${fake.url}/api/session`, {
    method: "POST",
    body: JSON.stringify(login),
  }).then((answer) => answer.body.json())) as any;
  const headers = {"x-metabase-session": session};
  const answer = await request(`${fake.url}${path}`, {method, headers, ...(body ? {body: JSON.stringify(body)} : {})});
  expect([path, answer.statusCode < 300]).toEqual([path, true]);
  fake.changes();
  return answer.statusCode === 204 ? undefined : answer.body.json();
}

const dashboardOf = (name: string) => fake.state.dashboards.find((one) => one.name === name)!;
const cardsOf = (name: string) =>
  dashboardOf(name).dashcards.map(({card_id}) => fake.state.cards.find(({id}) => id === card_id)!);
/** The same with another title of one question: `fleet/events`. */
const retitled = (wanted: Wanted, path: string, title: string): Wanted => {
  const copy = structuredClone(wanted.dashboards);
  const [dashboard, question] = path.split("/");
  copy[dashboard!]!.rows.find((row) => question! in row)![question!]!.title = title;
  return {...wanted, dashboards: copy};
};

test("the first time, all is made", async () => {
  const wanted = wantedOf();
  const {changed, edited} = await openMetabase().provision(wanted);
  expect(edited).toEqual([]);
  // The lake is Superset's alone.
  const shown = Object.entries(wanted.dashboards).filter(([key]) => key !== "lake");
  expect(fake.state.dashboards.map(({name}) => name)).toEqual(shown.map(([, {title}]) => title));
  const questions = shown.flatMap(([, {rows}]) => rows.flatMap((row) => Object.values(row)));
  expect(fake.state.cards.map(({name}) => name)).toEqual(questions.map(({title}) => title));
  expect(fake.state.dashboards.map(({dashcards}) => dashcards.length)).toEqual(
    shown.map(([, {rows}]) => rows.reduce((sum, row) => sum + Object.keys(row).length, 0)),
  );
  expect(changed).toEqual(
    expect.arrayContaining([
      "group Telemetry viewers",
      ...[ADMIN, VIEWER].map((email) => `person ${email}`),
      ...["database TimescaleDB", "database Warehouse", "rights to ask"],
      ...["collection Telemetry", "rights to the collection"],
      ...["question Fleet overview / Events by hour", "dashboard Fleet overview"],
    ]),
  );
  const [collection] = fake.state.collections;
  expect(new Set([...fake.state.cards, ...fake.state.dashboards].map((one) => one.collection_id))).toEqual(
    new Set([collection!.id]),
  );
});

test("databases are reached as the platform reaches them, and as who only reads", async () => {
  await openMetabase().provision(few());
  expect(fake.state.databases.map(({name, engine, details}) => ({name, engine, details}))).toMatchObject([
    {
      name: "TimescaleDB",
      engine: "postgres",
      details: {
        ...{host: "db", port: 5_432, dbname: "telemetry", user: "telemetry_reader", password: "database-password"},
        ...{ssl: true, "ssl-mode": "verify-full", "ssl-root-cert-path": "/ca/ca.crt"},
      },
    },
    {
      name: "Warehouse",
      engine: "druid-jdbc",
      details: {
        ...{host: "http://router", port: 8_088, "auth-enabled": true},
        ...{"auth-username": "reader", "auth-password-value": "warehouse-password"},
      },
    },
  ]);
});

test("the viewer reads, and asks nothing; nor does everybody else", async () => {
  await openMetabase().provision(few());
  const {users, groups, databases, collections} = fake.state;
  const [readers] = [...groups].find(([, {name}]) => name === "Telemetry viewers")!;
  const groupsOf = (of: string) => [...users.find(({email}) => email === of)!.groups].sort();
  expect([groupsOf(KEEPER!), groupsOf(ADMIN!), groupsOf(VIEWER!)]).toEqual([[1, 2], [1, 2], [1, readers].sort()]);
  const rights = await asPerson("GET", "/api/permissions/graph");
  const seen = await asPerson("GET", "/api/collection/graph");
  for (const group of [1, readers]) {
    for (const {id} of databases) expect(rights.groups[group][id]).toEqual({"view-data": "unrestricted"});
    expect(seen.groups[group]).toEqual({[collections[0]!.id]: "read"});
  }
});

test("a second time changes nothing, and after a start only the databases' passwords are written", async () => {
  const server = openMetabase();
  await server.provision(few());
  fake.changes();
  expect(await server.provision(few())).toEqual({changed: [], edited: [], missing: []});
  expect(fake.changes()).toEqual([]);
  expect(await openMetabase().provision(few())).toEqual({changed: [], edited: [], missing: []});
  const ids = fake.state.databases.map(({id}) => id);
  expect(fake.changes()).toEqual(ids.map((id) => `PUT /api/database/${id}`));
});

test("new passwords in the Secrets are set, and a session that ended is taken anew", async () => {
  const server = openMetabase();
  await server.provision(few());
  Object.assign(process.env, {BI_READER_PASSWORD: "viewer-password-2", PGPASSWORD: "database-password-2"});
  expect(await openMetabase().provision(few())).toEqual({changed: [`person ${VIEWER}`], edited: [], missing: []});
  expect(fake.state.users.find(({email}) => email === VIEWER)!.password).toBe("viewer-password-2");
  expect(fake.state.databases[0]!.details.password).toBe("database-password-2");
  fake.state.sessions.clear();
  expect(await server.provision(few())).toEqual({changed: [], edited: [], missing: []});
});

test("a dashboard that a person edited stays and is named, while its cards and the others change", async () => {
  const server = openMetabase();
  await server.provision(few());
  const mine = dashboardOf("Fleet overview");
  const other = dashboardOf("Utilisation").dashcards.map(({id}) => id);
  await asPerson("PUT", `/api/dashboard/${mine.id}`, {name: "Our fleet", dashcards: mine.dashcards.slice(0, 2)});
  const changed = retitled(retitled(few(), "fleet/events", "All events"), "utilisation/moved", "Moving hours");
  changed.dashboards.utilisation!.title = "Use";
  expect(await server.provision(changed)).toEqual({
    changed: ["question Fleet overview / All events", "question Use / Moving hours", "dashboard Use"],
    edited: ["dashboard Fleet overview"],
    missing: [],
  });
  expect(mine).toMatchObject({name: "Our fleet", dashcards: [{}, {}]});
  expect(cardsOf("Our fleet").map(({name}) => name)).toEqual(["Vehicles", "All events"]);
  expect(dashboardOf("Use").dashcards.map(({id}) => id)).toEqual(other);
});

test("a question that a person edited stays on the dashboard as they left it, even without our mark in its SQL", async () => {
  const server = openMetabase();
  await server.provision(few());
  const [, events] = cardsOf("Fleet overview");
  const dataset_query = {
    type: "native",
    database: fake.state.databases[0]!.id,
    native: {query: "SELECT 1", "template-tags": {}},
  };
  await asPerson("PUT", `/api/card/${events!.id}`, {dataset_query});
  expect(await server.provision(retitled(few(), "fleet/events", "All events"))).toEqual({
    changed: [],
    edited: ["question Fleet overview / All events"],
    missing: [],
  });
  expect(events!.rest.dataset_query.stages[0].native).toBe("SELECT 1");
});

test("what is in the trash stays there, and the dashboard does without it", async () => {
  const server = openMetabase();
  await server.provision(few());
  const [, events] = cardsOf("Fleet overview");
  await asPerson("PUT", `/api/card/${events!.id}`, {archived: true});
  await asPerson("PUT", `/api/dashboard/${dashboardOf("Utilisation").id}`, {archived: true});
  expect(await server.provision(few())).toEqual({
    changed: ["dashboard Fleet overview"],
    edited: ["question Fleet overview / Events", "dashboard Utilisation"],
    missing: [],
  });
  expect(cardsOf("Fleet overview").map(({name}) => name)).not.toContain("Events");
  fake.changes();
  await server.provision(few());
  expect(fake.changes()).toEqual([]);
});

test("a question and a dashboard that were deleted come back", async () => {
  const server = openMetabase();
  await server.provision(few());
  const [, events] = cardsOf("Fleet overview");
  // A person's copy in the trash is not ours that is missed.
  const copy = await asPerson("POST", `/api/card/${events!.id}/copy`);
  await asPerson("PUT", `/api/card/${copy.id}`, {archived: true});
  await asPerson("DELETE", `/api/card/${events!.id}`);
  await asPerson("DELETE", `/api/dashboard/${dashboardOf("Utilisation").id}`);
  expect(await server.provision(few())).toEqual({
    changed: ["question Fleet overview / Events", "dashboard Fleet overview", "dashboard Utilisation"],
    edited: [],
    missing: [],
  });
  expect(cardsOf("Fleet overview")[1]!.name).toBe("Events");
});

test("copies and other things of people are not touched, nor is the collection's new name", async () => {
  const server = openMetabase();
  await server.provision(few());
  const [collection] = fake.state.collections;
  await asPerson("POST", `/api/card/${cardsOf("Fleet overview")[0]!.id}/copy`);
  await asPerson("POST", "/api/dashboard", {name: "Fleet overview", collection_id: collection!.id});
  await asPerson("PUT", `/api/collection/${collection!.id}`, {name: "Berichte"});
  const before = structuredClone(fake.state.cards.at(-1));
  expect(await server.provision(few())).toEqual({changed: [], edited: [], missing: []});
  expect([fake.state.cards.at(-1), collection!.name, fake.state.collections.length]).toEqual([before, "Berichte", 1]);
});

test("all stays in the trash with the collection", async () => {
  const server = openMetabase();
  await server.provision(few());
  await asPerson("PUT", `/api/collection/${fake.state.collections[0]!.id}`, {archived: true});
  expect(await server.provision(few())).toEqual({changed: [], edited: ["collection Telemetry"], missing: []});
  expect(fake.changes()).toEqual([]);
});

test("a dashboard that was made and not filled is filled", async () => {
  const server = openMetabase();
  await server.provision(few());
  const bare = dashboardOf("Fleet overview");
  Object.assign(bare, {dashcards: [], rest: {...bare.rest, caveats: null}});
  expect(await server.provision(few())).toEqual({changed: ["dashboard Fleet overview"], edited: [], missing: []});
  expect(bare.dashcards.length).toBeGreaterThan(0);
});

test("a person who was deactivated stays so", async () => {
  const server = openMetabase();
  await server.provision(few());
  fake.state.users.find(({email}) => email === VIEWER)!.is_active = false;
  expect(await server.provision(few())).toEqual({changed: [], edited: [`person ${VIEWER}`], missing: []});
});

test("a Metabase that somebody else set up, or that has another password of ours, is named with what to do", async () => {
  await openMetabase().provision(few());
  process.env.BI_KEEPER_PASSWORD = "keeper-password-2";
  await expect(openMetabase().provision(few())).rejects.toThrow(
    /^Metabase was set up by somebody else, or the password of its administrator telemetry-operator@telemetry\.local is not that of the Secret.*password: did not match stored password$/,
  );
});

test("what a database that is away has is missing, and comes with it", async () => {
  process.env.PGHOST = "nowhere";
  const server = openMetabase();
  const {missing} = await server.provision(wantedOf());
  expect(missing.slice(0, 2)).toEqual([
    "database TimescaleDB (Metabase answers POST /api/database with 400: Cannot reach the host.)",
    "dashboard Fleet overview",
  ]);
  expect(fake.state.dashboards.map(({name}) => name)).toEqual(["Fleet by the minute"]);
  process.env.PGHOST = "db";
  expect((await openMetabase().provision(wantedOf())).missing).toEqual([]);
  // A new password that the database does not know yet.
  process.env.PGHOST = "nowhere";
  const again = openMetabase();
  expect(await again.provision(few())).toEqual({
    changed: [],
    edited: [],
    missing: [expect.stringMatching(/^database TimescaleDB \(Metabase answers PUT /)],
  });
});

test("a question that lost its mark is a person's, or ends it before all is made a second time", async () => {
  const server = openMetabase();
  await server.provision(few());
  const [card] = fake.state.cards;
  card!.rest.visualization_settings = {};
  card!.rest.dataset_query.stages[0].native = "SELECT 1";
  await expect(server.provision(few())).rejects.toThrow(
    `question ${card!.id} of Metabase has lost the mark of the platform: delete it there`,
  );
  expect(fake.changes().filter((request) => request === "POST /api/card")).toHaveLength(fake.state.cards.length);
  card!.editor = fake.state.users.find(({email}) => email === ADMIN)!.id;
  expect((await server.provision(few())).changed).toEqual([
    "question Fleet overview / Vehicles",
    "dashboard Fleet overview",
  ]);
  expect(card!.rest.dataset_query.stages[0].native).toBe("SELECT 1");
});

test("what Metabase says is in the error", async () => {
  const server = openMetabase();
  await server.health();
  fake.state.fault = {status: 503, body: '{"status":"initializing","progress":0.4}'};
  await expect(server.health()).rejects.toThrow("Metabase answers GET /api/health with 503: initializing");
  fake.state.fault = {status: 500, body: "Timed out waiting for a connection"};
  await expect(server.provision(few())).rejects.toThrow("with 500: Timed out waiting for a connection");
  fake.state.fault = undefined;
  process.env.BI_READER_PASSWORD = "without a figure";
  await expect(openMetabase().provision(few())).rejects.toThrow("password: password is too common.");
});
