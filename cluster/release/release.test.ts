import {mkdtempSync, readFileSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {expect, test} from "vitest";
import {imagesNamed} from "../images/catalog.ts";
import {run} from "../shell.ts";
import {changelog, checkTags, releaseFiles, SHIPPED, sums} from "./main.ts";

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
  expect(read("charts/telemetry-operator/Chart.yaml")).toMatch(new RegExp(`^appVersion: ${version}$`, "m"));
  expect(read("install.yaml")).toContain(`telemetry-operator/operator:${version}`);
  expect(changelog(version)).toMatch(/^# .*\n\n.+/);
  expect(() => changelog("9.9.9")).toThrow(/no section "## 9\.9\.9"/);
});

test("the manifests of a release name the images that are made for it", () => {
  const root = join(import.meta.dirname, "../..");
  const manifests = ["install.yaml", "charts/telemetry-operator/templates/operator.yaml"].map((file) =>
    readFileSync(join(root, file), "utf8"),
  );
  for (const {name, tag} of imagesNamed(SHIPPED)) expect(manifests.join()).toContain(`${name}:${tag}`);
});

test("an image that has changed is not released under the tag of the one before; one that has not keeps it", () => {
  const workloads = imagesNamed(["workloads"]);
  const manifests = workloads.map(({name, tag}) => `image: docker.io/${name}:${tag}`).join();
  const check = (...changed: string[]) => checkTags(workloads, {tag: "v0.1.0", manifests, changed});
  check();
  check("docs/data.md", "operator/main.ts", "workloads/telemetry.test.ts");
  const refusal = (file: string) =>
    `was released as part of v0.1.0, and ${file} has changed since: give the image another tag`;
  expect(() => check("docs/data.md", "workloads/telemetry.ts")).toThrow(refusal("workloads/telemetry.ts"));
  expect(() => check("package-lock.json")).toThrow(refusal("package-lock.json"));
  checkTags([{...workloads[0]!, tag: "next"}], {tag: "v0.1.0", manifests, changed: ["workloads/telemetry.ts"]});
});
