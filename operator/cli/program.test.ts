import {execFile} from "node:child_process";
import {mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from "node:fs";
import {createServer} from "node:http";
import type {AddressInfo} from "node:net";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll, expect, test, vi} from "vitest";
import {STORES} from "../../api/stores.ts";
import {helpOf} from "../runtime/command-line/help.ts";
import {parse} from "../runtime/command-line/parse.ts";
import {runProgram} from "../runtime/command-line/run.ts";
import {commandsOf} from "../runtime/command-line/table.ts";
import {program} from "./program.ts";

/** The command line as a user runs it, without a cluster. */
const root = join(import.meta.dirname, "../..");
const main = join(root, "operator/cli/main.ts");
const folder = mkdtempSync(join(tmpdir(), "cli-"));
afterAll(() => rmSync(folder, {recursive: true}));

interface Ended {
  code: number;
  out: string;
  err: string;
}
function run(command: string, args: string[], {input = "", env = {}} = {}): Promise<Ended> {
  return new Promise((done) => {
    const options = {cwd: root, env: {...process.env, KUBECONFIG: "/nowhere", ...env}};
    const child = execFile(command, args, options, (error, out, err) =>
      done({code: error ? Number(error.code) : 0, out, err}),
    );
    child.stdin?.end(input);
  });
}
const cli = (args: string[], options = {}) => run(process.execPath, [main, ...args], options);
const commands = commandsOf(program()).filter(({hidden}) => !hidden);

test("--help goes to stdout with code 0, no command to stderr with code 2, and both name every command", async () => {
  const [help, none] = await Promise.all([cli(["--help"]), cli([])]);
  expect(help).toMatchObject({code: 0, err: ""});
  expect(none).toEqual({code: 2, out: "", err: help.out});
  for (const {name, summary} of commands) expect(help.out).toMatch(new RegExp(`^  ${name} +${summary}$`, "m"));
});

test("a command's --help is the text of the table", async () => {
  const query = commands.find(({name}) => name === "query")!;
  expect(await cli(["query", "--help"])).toEqual({code: 0, out: `${helpOf(program(), query)}\n`, err: ""});
});

test.each(
  commands.flatMap(({name, examples}) => examples.map(([, words]) => [words.replace(/^.*\{\}/, "").trim(), name])),
)("the example %s is a valid command line", (words, name) => {
  const [line = ""] = words!.split(/[)>]/);
  expect(parse(program(), line.trim().split(/\s+/)).command?.name).toBe(name);
});

test.each([
  [["statsu"], /^error: unknown command "statsu"; did you mean "status"\?\n/],
  [["query", "fleet", "--stor", "cassandra"], /^error: query takes no option --stor; did you mean --store\?\n/],
  [["status", "--limit", "3"], /^error: status takes no option --limit\n(.|\n)*--all-namespaces/],
  [["plan", "x.yaml", "--kubeconfig", "x"], /^error: plan takes no option --kubeconfig\n/],
  [["query", "fleet", "--store", "mysql"], /^error: --store is "mysql": use timescaledb, cassandra or lake\n/],
  [["status", "-o", "wide"], /^error: -o is "wide": use table, yaml, json or name\n/],
  [["trace", "fleet"], /^error: trace needs the argument ID: the event, as vehicle_id@timestamp\n/],
  [["plan"], /^error: plan needs a file: -f FILE, or -f - for stdin$/],
  [["diff", "-A", "-f", "x"], /^error: --all-namespaces is for diff without a file/],
  [["vehicles", "fleet", "retire"], /^error: retire needs --vehicle ID$/],
  [["vehicles", "fleet", "--vehicle", "x"], /^error: --vehicle is for retire/],
  [["vehicles", "fleet", "import"], /^error: import needs a FILE, or - for stdin$/],
  [["vehicles", "fleet", "list", "fleet.csv"], /^error: list takes no file: FILE is for import$/],
  [["vehicles", "fleet", "list", "--complete"], /^error: --complete is for import, and not for list$/],
  [["vehicles", "fleet", "list", "--group", "a", "--without-events"], /^error: list takes one of --group, /],
])("%j is refused with code 2", async (args, message) => {
  const error = vi.spyOn(console, "error").mockImplementation(() => {});
  expect(await runProgram(program(), args)).toBe(2);
  expect(error.mock.calls.flat().join("\n")).toMatch(message);
  error.mockRestore();
});

test("no file names a store by itself: a new one is in api/stores.ts", () => {
  // Backups are of one store, SQL and erasure of another.
  const ofOneStore = /^(commands\/)?(backup|restore|sql|erase|maintenance)\.ts$/;
  const files = readdirSync(import.meta.dirname, {recursive: true, encoding: "utf8"}).filter(
    (file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && !ofOneStore.test(file),
  );
  const naming = files.filter((file) => {
    const text = readFileSync(join(import.meta.dirname, file), "utf8").toLowerCase();
    return STORES.some((store) => text.includes(store));
  });
  expect(naming).toEqual([]);
});

test("a refusal leaves stdout empty", async () => {
  expect(await cli(["query"])).toEqual({code: 2, out: "", err: expect.stringMatching(/^error: query needs/)});
});

test("plan reads -f, -f -, its argument as before, and several documents, of which it leaves out other kinds", async () => {
  const example = readFileSync(join(root, "examples/minimal.yaml"), "utf8");
  const [byOption, byArgument, byStdin] = await Promise.all([
    cli(["plan", "-f", "examples/minimal.yaml", "-o", "name"]),
    cli(["plan", "examples/minimal.yaml", "-o", "name"]),
    cli(["plan", "-f", "-", "-o", "name"], {input: example}),
  ]);
  expect(byOption.out).toMatch(/^kafka\.kafka\.strimzi\.io\/fleet$/m);
  expect(byArgument).toEqual(byOption);
  expect(byStdin).toEqual(byOption);
  const second = example.replaceAll("name: fleet", "name: second");
  const two = await cli(["plan", "-f", "-", "-o", "name"], {
    input: `${example}\n---\napiVersion: v1\nkind: Secret\n---\n${second}`,
  });
  expect(two).toMatchObject({code: 0, err: "stdin: v1 Secret ignored\n"});
  // The name of a Job ends in a digest.
  const withoutDigest = (names: string) => names.replaceAll(/-[0-9a-f]{8}$/gm, "");
  const firstNames = withoutDigest(byOption.out);
  expect(withoutDigest(two.out)).toBe(`${firstNames}${firstNames.replaceAll("/fleet", "/second")}`);
  const list = await cli(["plan", "-f", "-", "-o", "json"], {
    input: JSON.stringify({
      kind: "List",
      items: [{apiVersion: "telemetry.dev/v1alpha1", kind: "TelemetryPipeline", metadata: {name: "x"}}],
    }),
  });
  expect(JSON.parse(list.out).length).toBeGreaterThan(20);
});

test.each([
  ["", "stdin holds no TelemetryPipeline of telemetry.dev/v1alpha1"],
  ["kind: List\nitems: [~]", "stdin holds no TelemetryPipeline of telemetry.dev/v1alpha1"],
  ["kind: Pod\napiVersion: v1\n---\nhello", ": it holds v1 Pod, a document without a kind"],
  ["a: [", "stdin cannot be read: "],
])("plan refuses %j", async (input, message) => {
  const {code, err} = await cli(["plan", "-f", "-"], {input});
  expect(code).toBe(2);
  expect(err).toContain(message);
});

test("bash completes commands, options and values by the script of completion", async () => {
  // The command's own name leads to this checkout.
  symlinkSync(main, join(folder, "telemetry-operator"));
  const candidates = async (line: string) => {
    const words = line.split(" ");
    const script = `source <(telemetry-operator completion bash)
COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length - 1}
_telemetry_operator; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const PATH = `${folder}:${join(process.execPath, "..")}:${process.env.PATH}`;
    const {out, err} = await run("bash", ["-c", script], {env: {PATH}});
    expect(err).toBe("");
    return out.trim().split("\n");
  };
  expect(await candidates("telemetry-operator st")).toEqual(["status"]);
  expect(await candidates("telemetry-operator query fleet --st")).toEqual(["--store"]);
  expect(await candidates("telemetry-operator query fleet --store = c")).toEqual(["cassandra"]);
  expect(await candidates("telemetry-operator plan -f examples/min")).toEqual(["examples/minimal.yaml"]);
}, 60_000);

test("as kubectl's plugin it has the plugin's name, and completes for kubectl", async () => {
  for (const name of ["kubectl-telemetry", "kubectl_complete-telemetry"]) symlinkSync(main, join(folder, name));
  const {out} = await run(process.execPath, [join(folder, "kubectl-telemetry"), "status", "--help"]);
  expect(out).toMatch(/^Usage: kubectl telemetry status \[NAME\]/m);
  const completed = await run(process.execPath, [join(folder, "kubectl_complete-telemetry"), "doc"]);
  expect(completed.out).toBe("doctor\tCheck that the cluster has what pipelines need\n:4\n");
});

test("names of pipelines, namespaces and contexts are completed from the cluster; without one, or one that is silent, there are none", async () => {
  const paths: string[] = [];
  let silent = false;
  const server = createServer(({url}, response) => {
    paths.push(url!);
    if (silent) return;
    const names = url!.includes("telemetrypipelines") ? ["fleet", "fleet-two"] : ["cars", "default"];
    response.end(JSON.stringify({metadata: {}, items: names.map((name) => ({metadata: {name}}))}));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const kubeconfig = join(folder, "kubeconfig");
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      "current-context": "here",
      contexts: [{name: "here", context: {cluster: "here"}}],
      clusters: [{name: "here", cluster: {server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`}}],
    }),
  );
  const completed = async (...words: string[]) =>
    (await cli(["__complete", ...words], {env: {KUBECONFIG: kubeconfig}})).out.trim().split("\n");
  expect(await completed("query", "-n", "cars", "fl")).toEqual(["fleet", "fleet-two", ":4"]);
  expect(paths[0]).toMatch(/^\/apis\/telemetry\.dev\/v1alpha1\/namespaces\/cars\/telemetrypipelines/);
  expect(await completed("status", "-n", "")).toEqual(["cars", "default", ":4"]);
  expect(await completed("status", "--context", "")).toEqual(["here", ":4"]);
  silent = true;
  expect(await completed("status", "")).toEqual([":4"]);
  server.close();
  expect((await cli(["__complete", "status", ""])).out).toBe(":4\n");
}, 60_000);
