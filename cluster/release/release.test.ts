import {mkdtempSync, readFileSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {expect, test} from "vitest";
import {run} from "../shell.ts";
import {changelog, releaseFiles, sums} from "./main.ts";

test("two releases of one commit are the same, byte for byte", async () => {
  const folder = mkdtempSync(join(tmpdir(), "release-"));
  try {
    const [first, second] = [join(folder, "1"), join(folder, "2")];
    const names = await releaseFiles(first);
    expect(await releaseFiles(second)).toEqual(names);
    expect(sums(second, names)).toBe(sums(first, names));
    expect(names).toEqual(expect.arrayContaining(["CHANGELOG.md", "install.yaml", "sbom.cdx.json"]));
    const packed = await run("tar", [
      "-tzf",
      join(first, names.find((name) => name.startsWith("telemetry-operator"))!),
    ]);
    expect(packed.split("\n")).toContain("telemetry-operator/templates/operator.yaml");
    const {components} = JSON.parse(readFileSync(join(first, "sbom.cdx.json"), "utf8"));
    expect(components.map(({name}: any) => name)).toEqual(
      expect.arrayContaining(["kafkajs", "pg", "cassandra-driver"]),
    );
    expect(components.map(({name}: any) => name)).not.toContain("vitest");
  } finally {
    rmSync(folder, {recursive: true});
  }
}, 120_000);

test("the newest section of the changelog is that of the chart's and the package's version", () => {
  const root = join(import.meta.dirname, "../..");
  const read = (file: string) => readFileSync(join(root, file), "utf8");
  const {version} = JSON.parse(read("package.json"));
  const newest = /^## (.*)$/m.exec(read("CHANGELOG.md"))![1];
  expect(newest).toBe(version);
  for (const chart of ["telemetry-operator", "telemetry-stack"])
    expect(read(`charts/${chart}/Chart.yaml`)).toMatch(new RegExp(`^version: ${version}$`, "m"));
  expect(changelog(version)).toMatch(/^# .*\n\n.+/);
  expect(() => changelog("9.9.9")).toThrow(/no section "## 9\.9\.9"/);
});
