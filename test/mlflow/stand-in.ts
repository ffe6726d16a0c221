import {createServer, type IncomingMessage, type Server} from "node:http";
import {buffer} from "node:stream/consumers";
import type {Tracking} from "./cases.ts";

type Row = Record<string, any>;

/** An answer of MLflow's that says no, by its code. */
class No extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}
const absent = (what: string) => new No(404, "RESOURCE_DOES_NOT_EXIST", `${what} not found`);
const invalid = (message: string) => new No(400, "INVALID_PARAMETER_VALUE", message);
const exists = (what: string) => new No(400, "RESOURCE_ALREADY_EXISTS", `${what} already exists`);

/** Takes these fields and no others, the first of them required: upstream would overlook a misspelt one. */
function fields(body: Row, required: string[], optional: string[] = []): void {
  for (const name of required)
    if (body[name] === undefined || body[name] === "") throw invalid(`Missing value for required parameter '${name}'`);
  for (const name of Object.keys(body))
    if (![...required, ...optional].includes(name)) throw invalid(`unknown parameter '${name}'`);
}

/**
 * The part of MLflow's REST API that the mirror uses, in memory, where MLflow itself is too large for `make test`: 850 MB. It takes no more than
 * MLflow does, and pages after one version: `test/verify/mlflow.test.ts` holds the same cases with MLflow itself.
 */
export async function standIn(host: string, login: {username: string; password: string}): Promise<Tracking> {
  const experiments: Row[] = [];
  const runs = new Map<string, Row>();
  const models = new Map<string, {model: Row; aliases: Map<string, string>; versions: Row[]}>();
  const artifacts = new Map<string, Buffer>();
  /** In place of the clock: whatever is written is seen to be. */
  let writes = 0;
  let ids = 0;
  const of = <T>(map: Map<string, T>, key: string, what: string): T => {
    const found = map.get(key);
    if (!found) throw absent(`${what} ${key}`);
    return found;
  };
  const put = (list: Row[], {key, value}: Row) => {
    if (!/^[\w.\-:/ ]+$/.test(key)) throw invalid(`Invalid value "${key}" for parameter 'key'`);
    if (typeof value !== "string") throw invalid(`tag '${key}' is no text`);
    const found = list.find((pair) => pair.key === key);
    if (found) found.value = value;
    else list.push({key, value});
  };
  const runOf = ({run_id}: Row) => of(runs, run_id, "Run");
  const versionOf = ({name, version}: Row) => {
    const found = of(models, name, "Registered Model").versions.find((one) => one.version === version);
    if (!found) throw absent(`Model Version ${name} ${version}`);
    found.last_updated_timestamp = ++writes;
    return found;
  };
  const shown = ({model, aliases}: {model: Row; aliases: Map<string, string>}) => ({
    ...model,
    aliases: [...aliases].map(([alias, version]) => ({alias, version})),
  });

  const routes: Record<string, (body: Row) => object> = {
    "GET experiments/get-by-name"(body) {
      fields(body, ["experiment_name"]);
      const experiment = experiments.find(({name}) => name === body.experiment_name);
      if (!experiment) throw absent(`experiment ${body.experiment_name}`);
      return {experiment};
    },
    "POST experiments/create"(body) {
      fields(body, ["name"]);
      if (experiments.some(({name}) => name === body.name)) throw exists(`Experiment ${body.name}`);
      const experiment_id = String(experiments.length + 1);
      experiments.push({experiment_id, name: body.name, lifecycle_stage: "active"});
      return {experiment_id};
    },
    "POST runs/create"(body) {
      fields(body, ["experiment_id"], ["run_name", "start_time", "tags"]);
      const run_id = `run${++ids}`;
      const artifact_uri = `mlflow-artifacts:/${body.experiment_id}/${run_id}/artifacts`;
      const {tags = [], ...rest} = body;
      const run = {info: {...rest, run_id, artifact_uri, status: "RUNNING"}, data: {tags: [], params: [], metrics: []}};
      for (const tag of tags) put(run.data.tags, tag);
      runs.set(run_id, run);
      return {run};
    },
    "POST runs/search"(body) {
      fields(body, ["experiment_ids"], ["filter", "max_results"]);
      const wanted = (body.filter ?? "")
        .split(" AND ")
        .filter(Boolean)
        .map((term: string) => {
          const [, key, value] = /^tags\.`([^`]+)` = '([^']*)'$/.exec(term) ?? [];
          if (!key) throw invalid(`Invalid clause(s) in filter string: ${term}`);
          return {key, value};
        });
      const has = ({data}: Row) =>
        wanted.every((term: Row) => data.tags.some((tag: Row) => tag.key === term.key && tag.value === term.value));
      const found = [...runs.values()].filter(
        (run) => body.experiment_ids.includes(run.info.experiment_id) && has(run),
      );
      return found.length > 0 ? {runs: found.slice(0, body.max_results ?? 1_000)} : {};
    },
    "POST runs/log-batch"(body) {
      fields(body, ["run_id"], ["metrics", "params", "tags"]);
      const {data} = runOf(body);
      for (const {key, value, timestamp, step} of body.metrics) {
        if (!Number.isFinite(value) || !Number.isInteger(timestamp)) throw invalid(`metric '${key}'`);
        if (!data.metrics.some((one: Row) => one.key === key)) data.metrics.push({key, value, timestamp, step});
      }
      for (const {key, value} of body.params) {
        const found = data.params.find((one: Row) => one.key === key);
        if (found && found.value !== value) throw invalid(`Changing param values is not allowed: '${key}'`);
        if (!found) put(data.params, {key, value});
      }
      for (const tag of body.tags) put(data.tags, tag);
      return {};
    },
    "POST runs/update"(body) {
      fields(body, ["run_id"], ["status", "end_time"]);
      const {run_id, ...rest} = body;
      return {run_info: Object.assign(runOf({run_id}).info, rest)};
    },
    "POST runs/set-tag"(body) {
      fields(body, ["run_id", "key"], ["value"]);
      put(runOf(body).data.tags, body);
      return {};
    },
    "GET registered-models/get"(body) {
      fields(body, ["name"]);
      return {registered_model: shown(of(models, body.name, "Registered Model"))};
    },
    "POST registered-models/create"(body) {
      fields(body, ["name"], ["description", "tags"]);
      if (/[/:]/.test(body.name)) throw invalid(`Invalid model name '${body.name}'`);
      if (models.has(body.name)) throw exists(`Registered Model ${body.name}`);
      models.set(body.name, {model: {...body}, aliases: new Map(), versions: []});
      return {registered_model: body};
    },
    "POST registered-models/alias"(body) {
      fields(body, ["name", "alias", "version"]);
      versionOf(body);
      of(models, body.name, "Registered Model").aliases.set(body.alias, body.version);
      return {};
    },
    "DELETE registered-models/alias"(body) {
      fields(body, ["name", "alias"]);
      of(models, body.name, "Registered Model").aliases.delete(body.alias);
      return {};
    },
    "GET model-versions/search"(body) {
      fields(body, [], ["filter", "max_results", "page_token"]);
      const [, name] = /^name='([^']*)'$/.exec(body.filter) ?? [];
      const all = models.get(name ?? "")?.versions ?? [];
      const at = Number(body.page_token ?? 0);
      const more = at + 1 < all.length ? {next_page_token: String(at + 1)} : {};
      return all.length > 0 ? {model_versions: all.slice(at, at + 1), ...more} : {};
    },
    "POST model-versions/create"(body) {
      fields(body, ["name", "source"], ["run_id", "description", "tags"]);
      const {model, versions} = of(models, body.name, "Registered Model");
      const {info} = runOf(body);
      const folder = info.artifact_uri.slice("mlflow-artifacts:/".length);
      if (!body.source.startsWith(`${info.artifact_uri}/`))
        throw invalid(`Invalid model version source: '${body.source}'`);
      if (!artifacts.has(`${folder}/model/MLmodel`)) throw invalid("no MLmodel at the source");
      model.latest = (model.latest ?? 0) + 1;
      const made: Row = {...body, version: String(model.latest), status: "READY", tags: []};
      for (const tag of body.tags ?? []) put(made.tags, tag);
      versions.push(made);
      return {model_version: made};
    },
    "POST model-versions/set-tag"(body) {
      fields(body, ["name", "version", "key"], ["value"]);
      put(versionOf(body).tags, body);
      return {};
    },
    "DELETE model-versions/delete"(body) {
      fields(body, ["name", "version"]);
      const found = versionOf(body);
      const of = models.get(body.name)!;
      of.versions = of.versions.filter((one) => one !== found);
      for (const [alias, version] of of.aliases) if (version === body.version) of.aliases.delete(alias);
      return {};
    },
  };

  async function answer(request: IncomingMessage): Promise<Buffer | object> {
    const {pathname, searchParams} = new URL(request.url!, "http://of");
    const content = await buffer(request);
    const file = /^\/api\/2\.0\/mlflow-artifacts\/artifacts\/(.+)$/.exec(pathname)?.[1];
    if (file !== undefined) {
      if (request.method === "PUT") artifacts.set(decodeURIComponent(file), content);
      const found = artifacts.get(decodeURIComponent(file));
      if (!found) throw new No(500, "INTERNAL_ERROR", "no such file");
      return request.method === "PUT" ? {} : found;
    }
    const route = routes[`${request.method} ${pathname.slice("/api/2.0/mlflow/".length)}`];
    if (!route || !pathname.startsWith("/api/2.0/mlflow/")) throw new No(404, "ENDPOINT_NOT_FOUND", "Not Found");
    return route(request.method === "GET" ? Object.fromEntries(searchParams) : JSON.parse(content.toString()));
  }

  const authorization = `Basic ${Buffer.from(`${login.username}:${login.password}`).toString("base64")}`;
  let server: Server | undefined;
  const port = 5_000;
  return {
    url: `http://${host}:${port}`,
    ...login,
    async start() {
      server = createServer(async (request, response) => {
        if (request.headers.authorization !== authorization) {
          response.writeHead(401).end("You are not authenticated.");
          return;
        }
        try {
          const body = await answer(request);
          response.end(Buffer.isBuffer(body) ? body : JSON.stringify(body));
        } catch (error) {
          const {status = 500, code = "INTERNAL_ERROR", message} = error as No;
          response.writeHead(status).end(JSON.stringify({error_code: code, message}));
        }
      });
      await new Promise<void>((resolve) => server!.listen(port, host, resolve));
    },
    async stop() {
      server?.closeAllConnections();
      await new Promise((resolve) => server?.close(resolve));
    },
  };
}
