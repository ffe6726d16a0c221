import {type ChildProcess, spawn} from "node:child_process";
import {createWriteStream, existsSync, mkdirSync, rmSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {buildDir} from "../../cluster/images/catalog.ts";
import {run, waitFor} from "../../cluster/shell.ts";
import {listens} from "../data/server.ts";
import type {Tracking} from "./cases.ts";

const VERSION = "3.17.2";
const venv = join(buildDir, `mlflow-${VERSION}`);
const PORT = 5_000;
/** It and ONNX Runtime tell their makers of each start, unless they are told not to. */
const QUIET = {MLFLOW_DISABLE_TELEMETRY: "true", DO_NOT_TRACK: "true", ORT_DISABLE_TELEMETRY: "1"};

const login = {username: "telemetry", password: "a-password-of-mlflow"};

/** MLflow and what loads an ONNX, once for this machine: 1 GB. */
export async function installMlflow(): Promise<void> {
  if (existsSync(join(venv, "done"))) return;
  rmSync(venv, {recursive: true, force: true});
  await run("python3", ["-m", "venv", venv]);
  await run(join(venv, "bin/pip"), ["install", "--quiet", `mlflow[auth]==${VERSION}`, "onnx", "onnxruntime"]);
  writeFileSync(join(venv, "done"), "");
}

/** MLflow's tracking server, with its basic authentication, on SQLite and a folder. */
export function mlflowServer(host: string, folder: string): Tracking {
  const auth = join(folder, "auth.ini");
  const lines = [
    ...["[mlflow]", "default_permission = NO_PERMISSIONS", `database_uri = sqlite:///${folder}/auth.db`],
    ...[`admin_username = ${login.username}`, `admin_password = ${login.password}`],
    "authorization_function = mlflow.server.auth:authenticate_request_basic_auth",
  ];
  let server: ChildProcess;
  return {
    url: `http://${host}:${PORT}`,
    ...login,
    async start() {
      mkdirSync(folder, {recursive: true});
      writeFileSync(auth, lines.join("\n"));
      const args = [
        ...["server", "--app-name", "basic-auth", "--host", host, "--port", String(PORT), "--workers", "1"],
        ...["--allowed-hosts", `${host}:${PORT}`, "--backend-store-uri", `sqlite:///${folder}/mlflow.db`],
        ...["--artifacts-destination", join(folder, "artifacts")],
      ];
      // Its processes end with the first, and that with the test run.
      const within = ["--pdeathsig", "KILL", "unshare", "--pid", "--fork", "--kill-child"];
      server = spawn("setpriv", [...within, join(venv, "bin/mlflow"), ...args], {
        stdio: ["ignore", "pipe", "pipe"],
        env: {
          ...QUIET,
          ...{PATH: process.env.PATH, HOME: folder, MLFLOW_AUTH_CONFIG_PATH: auth},
          ...{MLFLOW_FLASK_SERVER_SECRET_KEY: "of-a-test", MLFLOW_SERVER_ENABLE_JOB_EXECUTION: "false"},
        },
      });
      const log = createWriteStream(join(folder, "mlflow.log"), {flags: "a"});
      for (const stream of [server.stdout!, server.stderr!]) stream.pipe(log, {end: false});
      await waitFor("MLflow", 300_000, () => listens(host, PORT), `see ${folder}/mlflow.log`);
    },
    async stop() {
      const gone = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGKILL");
      await gone;
      await waitFor("the end of MLflow", 60_000, async () => !(await listens(host, PORT)));
    },
  };
}

/** Runs Python as a user of that server does. */
export const asUser = ({url, username, password}: Tracking, folder: string, script: string): Promise<string> =>
  run(join(venv, "bin/python"), ["-c", script], {
    cwd: folder,
    env: {
      ...QUIET,
      ...{PATH: process.env.PATH, HOME: folder, MLFLOW_TRACKING_URI: url},
      ...{MLFLOW_TRACKING_USERNAME: username, MLFLOW_TRACKING_PASSWORD: password},
    },
  });
