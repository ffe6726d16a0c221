import {mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll, beforeAll, expect, test} from "vitest";
import {goProgram} from "../../cluster/go.ts";
import {run} from "../../cluster/shell.ts";

/** kind-config.yaml, read by kind itself. */
const folder = mkdtempSync(join(tmpdir(), "kind-"));
const program = join(folder, "kind-config");

beforeAll(async () => {
  const cwd = join(import.meta.dirname, "kind");
  await run(await goProgram(), ["build", "-o", program, "."], {cwd, env: {...process.env, CGO_ENABLED: "0"}});
}, 300_000);
afterAll(() => rmSync(folder, {recursive: true}));

/** What kind says; no program is in its PATH, so it makes nothing even where there is a Docker. */
const kind = (file: string) => run(program, [file], {env: {PATH: folder}});

test("kind takes kind-config.yaml and stops only for want of Docker", async () => {
  expect(await kind(join(import.meta.dirname, "../../kind-config.yaml"))).toMatch(/docker.*executable file not found/);
});

test("a field that kind does not know is refused", async () => {
  const file = join(folder, "wrong.yaml");
  writeFileSync(file, "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes: [{rolle: worker}]\n");
  expect(await kind(file)).toMatch(/field rolle not found/);
});
